using System.Reflection;
using Microsoft.AspNetCore.DataProtection;

namespace Gatehouse.Diagnostics;

/// <summary>CVE-2026-40372: Data Protection 10.0.0 to 10.0.6 accepts forged payloads. Cookies, consent and our key at rest hang on it (SR-247).</summary>
internal static class DataProtectionVersion
{
    private static readonly Version FirstBroken = new(10, 0, 0), FirstMended = new(10, 0, 7);

    public static string? Problem() => Problem(typeof(DataProtectionProvider).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <param name="informational">For example <c>10.0.12+95017c711e</c>.</param>
    internal static string? Problem(string? informational) =>
        Version.TryParse(informational?.Split('+', '-')[0], out var version) && version >= FirstBroken && version < FirstMended
            ? $"Data Protection {version} accepts forged cookies (CVE-2026-40372). Update the ASP.NET Core runtime, and the package Microsoft.AspNetCore.DataProtection where it is referenced, to {FirstMended} or later. (gatehouse explain 7000)"
            : null;
}
