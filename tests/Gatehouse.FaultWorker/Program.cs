using System.Security.Cryptography;
using Gatehouse.Storage;
using Microsoft.Extensions.DependencyInjection;

// A node in a process of its own, to be killed at any moment: redeems the artifacts that it is given, one line "artifact successor" each, as fast as it can.
// "spending" is said before, "won" or "lost" after the store has answered, which is when a client would be told.
var services = new ServiceCollection();
var builder = services.AddLogging().AddGatehouse();
if (args[0] == "sqlite") builder.UseSqlite(args[1]);
else builder.UsePostgreSql(args[1]);
await using var provider = services.BuildServiceProvider();
var store = provider.GetRequiredService<IProtocolStore>();

await Console.Out.WriteLineAsync("ready");
while (await Console.In.ReadLineAsync() is { } line)
{
    var ids = line.Split(' ');
    var now = TimeProvider.System.GetUtcNow();
    if (await store.FindAsync(ids[0], CancellationToken.None) is not { } seen) throw new InvalidOperationException($"{ids[0]} is not there.");
    var successor = seen with { Id = ids[1], SecretHash = RandomNumberGenerator.GetBytes(32), SpentAt = null, Receipt = null };
    await Console.Out.WriteLineAsync($"spending {ids[0]}");
    var won = await store.TryRedeemAsync(seen, [successor], SHA256.HashData(seen.SecretHash.Span), now, CancellationToken.None);
    await Console.Out.WriteLineAsync($"{(won ? "won" : "lost")} {ids[0]}");
}
