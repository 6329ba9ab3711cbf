using Gatehouse.Keys;

internal static class Keys
{
    public static void Register(IServiceCollection services)
    {
        #region register
        services.AddGatehouse()
            .AddSigningKeySource<KeyService>();
        #endregion
    }

    /// <summary>Stands for the client of a key service.</summary>
    public interface IKeyServiceClient
    {
        Task<IReadOnlyList<(string Name, byte[] PublicKey, bool IsPrimary)>> ListVersionsAsync(string key, CancellationToken ct);

        Task<byte[]> SignSha256Async(string version, ReadOnlyMemory<byte> data, CancellationToken ct);
    }

    #region source
    public sealed class KeyService(IKeyServiceClient service) : ISigningKeySource
    {
        public IReadOnlyCollection<string> Algorithms => ["ES256"];

        public async ValueTask<IReadOnlyList<ExternalKey>> ListAsync(CancellationToken ct) =>
            [.. (await service.ListVersionsAsync("gatehouse", ct)).Select(version => new ExternalKey(version.Name, "ES256", version.PublicKey, Signs: version.IsPrimary))];

        public async ValueTask<ReadOnlyMemory<byte>> SignAsync(ExternalKey key, ReadOnlyMemory<byte> data, CancellationToken ct) =>
            await service.SignSha256Async(key.Reference, data, ct);
    }
    #endregion
}
