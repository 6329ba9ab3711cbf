using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Server.Users;

/// <summary>A member that nobody knows is a spelling mistake in somebody's file, and is reported.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(UserDeclaration))]
[JsonSerializable(typeof(List<UserDeclaration>))]
[JsonSerializable(typeof(UserProfile))]
[JsonSerializable(typeof(UserAddress))]
internal sealed partial class UsersJson : JsonSerializerContext;
