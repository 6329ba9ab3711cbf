using Gatehouse.Audit;
using Gatehouse.Authorize;
using Gatehouse.Clients;
using Gatehouse.Keys;
using Gatehouse.Sessions;
using Gatehouse.Storage;
using Gatehouse.Storage.Contract;
using Gatehouse.Throttling;

namespace Gatehouse.Tests.Storage;

public sealed class InMemoryProtocolStoreTests : ProtocolStoreContract
{
    protected override ValueTask<IProtocolStore> CreateAsync() => new(new InMemoryProtocolStore());
}

public sealed class InMemoryReplayGuardTests : ReplayGuardContract
{
    protected override ValueTask<IReplayGuard> CreateAsync() => new(new InMemoryProtocolStore());
}

public sealed class InMemoryClientStoreTests : ClientStoreContract
{
    protected override ValueTask<IClientStore> CreateAsync() => new(new InMemoryClientStore());
}

public sealed class InMemoryConsentStoreTests : ConsentStoreContract
{
    protected override ValueTask<IConsentStore> CreateAsync() => new(new InMemoryConsentStore());
}

public sealed class InMemoryAuditStoreTests : AuditStoreContract
{
    protected override ValueTask<IAuditStore> CreateAsync() => new(new InMemoryAuditStore());
}

public sealed class InMemoryKeyStoreTests : KeyStoreContract
{
    protected override ValueTask<IKeyStore> CreateAsync() => new(new InMemoryKeyStore());
}

public sealed class InMemoryAttemptStoreTests : AttemptStoreContract
{
    protected override ValueTask<IAttemptStore> CreateAsync() => new(new InMemoryAttemptStore());
}

public sealed class InMemorySessionStoreTests : SessionStoreContract
{
    private readonly InMemorySessionStore store = new();

    protected override ILogoutOutbox Outbox => store;

    protected override ValueTask<ISessionStore> CreateAsync() => new(store);
}

public sealed class InMemoryLogoutOutboxTests : LogoutOutboxContract
{
    protected override ValueTask<ILogoutOutbox> CreateAsync() => new(new InMemorySessionStore());
}
