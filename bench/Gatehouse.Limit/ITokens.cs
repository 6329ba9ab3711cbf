namespace Gatehouse.Limit;

/// <summary>The one insert, the one rotation and the one look-up that no provider with reference tokens can avoid.</summary>
internal interface ITokens
{
    /// <param name="hash">Of what was handed out.</param>
    /// <param name="subject">Whose it is; of a code its challenge, which whoever redeems it must be held to.</param>
    Task InsertAsync(byte[] hash, string subject = "alice");

    Task<bool> TryRotateAsync(byte[] old, byte[] successor);

    /// <summary>The subject.</summary>
    Task<string?> FindAsync(byte[] hash);
}
