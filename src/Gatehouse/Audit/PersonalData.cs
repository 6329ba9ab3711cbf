using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gatehouse.Audit;

/// <summary>People as the trail names them: always the same, and not by their name. 144 bits, as 24 characters.</summary>
internal sealed class PersonalData(string? key)
{
    private readonly byte[] key = Encoding.UTF8.GetBytes(key ?? "");

    public string? HashSubject(string? subject) => subject is null ? null : Hash("subject\n" + subject);

    public string? HashAddress(IPAddress? address) =>
        address is null ? null : Hash("address\n" + (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));

    private string Hash(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)).AsSpan(0, 18));
}
