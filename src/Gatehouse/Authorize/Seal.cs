using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.DataProtection;

namespace Gatehouse.Authorize;

/// <summary>
/// What we give to a browser to bring back unchanged and unread. Data Protection's own time limit follows the machine's clock, which a test cannot move, so what expires carries its time.
/// </summary>
internal sealed class Seal(IDataProtectionProvider protection)
{
    public string Close<T>(T value, JsonTypeInfo<T> type) where T : class =>
        System.Buffers.Text.Base64Url.EncodeToString(For(type).Protect(JsonSerializer.SerializeToUtf8Bytes(value, type)));

    /// <summary>Null for anything that we did not seal, or sealed with a key that is gone.</summary>
    public T? TryOpen<T>(string? text, JsonTypeInfo<T> type) where T : class
    {
        if (text is null || !System.Buffers.Text.Base64Url.IsValid(text)) return null;
        try
        {
            return JsonSerializer.Deserialize(For(type).Unprotect(System.Buffers.Text.Base64Url.DecodeFromChars(text)), type);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A purpose per type: one cannot be brought back as another.</summary>
    private IDataProtector For(JsonTypeInfo type) => protection.CreateProtector("Gatehouse.Authorize", type.Type.Name);
}
