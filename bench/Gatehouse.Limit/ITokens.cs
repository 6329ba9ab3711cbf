namespace Gatehouse.Limit;

/// <summary>The one insert, the one rotation and the one look-up that no provider with reference tokens can avoid.</summary>
internal interface ITokens
{
    Task InsertAsync(byte[] hash);
    Task<bool> TryRotateAsync(byte[] old, byte[] successor);
    Task<string?> FindAsync(byte[] hash);
}
