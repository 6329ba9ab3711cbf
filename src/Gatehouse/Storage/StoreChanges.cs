namespace Gatehouse.Storage;

/// <summary>
/// What changed in the store, wherever it was changed: a store that can hear of it tells the caches of this node here, so that they need not wait until they ask again. A singleton service. Nothing
/// hangs on being told: every cache also asks by itself, or trusts what it knows for a few seconds only. Being told too often costs a look at the store and nothing else.
/// </summary>
public sealed class StoreChanges : IDisposable
{
    /// <summary>For whoever hears: rings the caches that ask the store what is new.</summary>
    internal Signal Clients { get; } = new();

    internal Signal Keys { get; } = new();

    internal event Action<Guid>? FamilyRevoked;

    internal event Action<string>? TokenRevoked, SubjectRevoked, SessionRevoked;

    internal event Action? AllRevoked;

    /// <summary>A client was added, changed or removed.</summary>
    public void ClientsChanged() => Clients.Ring();

    /// <summary>A signing key was added, retired, replaced or removed.</summary>
    public void KeysChanged() => Keys.Ring();

    /// <summary>A family was revoked.</summary>
    public void FamilyEnded(Guid familyId) => FamilyRevoked?.Invoke(familyId);

    /// <summary>One artifact was revoked alone (<see cref="Artifact.Id"/>).</summary>
    public void TokenEnded(string id) => TokenRevoked?.Invoke(id);

    /// <summary>Families of one user were revoked: all of them, those of a client, or those of a session.</summary>
    public void SubjectEnded(string subject) => SubjectRevoked?.Invoke(subject);

    /// <summary>A session ended. The families that end with it are told of when they are revoked.</summary>
    public void SessionEnded(string sessionId) => SessionRevoked?.Invoke(sessionId);

    /// <summary>Families were revoked, too many to name: all of a client.</summary>
    public void FamiliesEnded() => AllRevoked?.Invoke();

    /// <summary>Anything may have changed: something was missed.</summary>
    public void Everything()
    {
        ClientsChanged();
        KeysChanged();
        FamiliesEnded();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clients.Dispose();
        Keys.Dispose();
    }
}
