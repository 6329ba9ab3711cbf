using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Storage;
using Gatehouse.Storage.Contract;
using Gatehouse.Throttling;

namespace Gatehouse.Tests.Storage;

public sealed class InMemoryProtocolStoreTests : ProtocolStoreContract
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(new InMemoryProtocolStore());
}

public sealed class InMemoryClientStoreTests : ClientStoreContract
{
    protected override ValueTask<IClientStore> CreateAsync() => new(new InMemoryClientStore());
}

public sealed class InMemoryConsentStoreTests : ConsentStoreContract
{
    protected override ValueTask<IConsentStore> CreateAsync() => new(new InMemoryConsentStore());
}

public sealed class InMemoryKeyStoreTests : KeyStoreContract
{
    protected override ValueTask<IKeyStore> CreateAsync() => new(new InMemoryKeyStore());
}

public sealed class InMemoryAttemptStoreTests : AttemptStoreContract
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(new InMemoryAttemptStore());
}
