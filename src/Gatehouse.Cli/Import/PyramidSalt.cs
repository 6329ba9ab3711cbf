using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Cli.Import;

/// <summary>The <c>oauth2_provider.salt</c> setting of pyramid_oauth2_provider.</summary>
internal static class PyramidSalt
{
    /// <summary>
    /// Decodes it as Python's <c>b64decode</c> did when the hashes were made: characters outside the alphabet are skipped, not refused, so that
    /// a setting with, say, a quotation mark in it stands for the same bytes here.
    /// </summary>
    public static bool TryDecode(string? setting, [NotNullWhen(true)] out byte[]? salt)
    {
        salt = null;
        var kept = string.Concat((setting ?? "").Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='));
        if (kept.Length == 0) return false;
        try
        {
            salt = Convert.FromBase64String(kept);
            return salt.Length > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
