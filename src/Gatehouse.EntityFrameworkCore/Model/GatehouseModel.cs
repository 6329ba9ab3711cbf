using Microsoft.EntityFrameworkCore;

namespace Gatehouse.EntityFrameworkCore.Model;

/// <summary>The tables, in one place, the same for every provider.</summary>
/// <remarks>
/// There is no foreign key from artifacts to families: each stored artifact would read and lock its family, on the hottest path that
/// there is, to protect against what cannot happen (a family is stored with its first artifacts and outlives them all). Finding joins
/// the two, so an artifact without a family is not found; sweeping goes by expiry alone.
/// <para>
/// Every index is paid for by every token. The ones here are the keys, the expiry that the sweeper walks along, and what "sign this
/// user out" and "this client was compromised" look for in families.
/// </para>
/// </remarks>
internal static class GatehouseModel
{
    public static void Build(ModelBuilder model)
    {
        model.Entity<ArtifactRow>(artifact =>
        {
            artifact.HasKey(row => row.Id);
            artifact.Property(row => row.Id).HasColumnName("id");
            artifact.Property(row => row.Kind).HasColumnName("kind");
            artifact.Property(row => row.FamilyId).HasColumnName("family_id");
            artifact.Property(row => row.ClientId).HasColumnName("client_id");
            artifact.Property(row => row.Subject).HasColumnName("subject");
            artifact.Property(row => row.SecretHash).HasColumnName("secret_hash");
            artifact.Property(row => row.Payload).HasColumnName("payload");
            artifact.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            // A concurrency token that was null makes EF's UPDATE say `WHERE spent_at IS NULL`: that is the whole redemption race.
            artifact.Property(row => row.SpentAt).HasColumnName("spent_at").IsConcurrencyToken();
            artifact.Property(row => row.Receipt).HasColumnName("receipt");
            artifact.HasIndex(row => row.ExpiresAt).HasDatabaseName("gatehouse_artifacts_expires_at");
        });
        model.Entity<FamilyRow>(family =>
        {
            family.HasKey(row => row.Id);
            family.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            family.Property(row => row.ClientId).HasColumnName("client_id");
            family.Property(row => row.Subject).HasColumnName("subject");
            family.Property(row => row.CreatedAt).HasColumnName("created_at");
            family.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            family.Property(row => row.RevokedAt).HasColumnName("revoked_at").IsConcurrencyToken();
            family.Property(row => row.SessionId).HasColumnName("session_id");
            family.Property(row => row.Scope).HasColumnName("scope");
            family.Property(row => row.LastUsedAt).HasColumnName("last_used_at");
            family.HasIndex(row => row.Subject).HasDatabaseName("gatehouse_families_subject");
            family.HasIndex(row => row.ClientId).HasDatabaseName("gatehouse_families_client_id");
            // Most families have no session, or outlive it: they pay nothing for this one.
            family.HasIndex(row => row.SessionId).HasFilter("session_id IS NOT NULL").HasDatabaseName("gatehouse_families_session_id");
            family.HasIndex(row => row.ExpiresAt).HasDatabaseName("gatehouse_families_expires_at");
        });
        model.Entity<RememberedKeyRow>(remembered =>
        {
            remembered.HasKey(row => row.Key);
            remembered.Property(row => row.Key).HasColumnName("key");
            remembered.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            remembered.HasIndex(row => row.ExpiresAt).HasDatabaseName("gatehouse_remembered_keys_expires_at");
        });
        model.Entity<ClientRow>(client =>
        {
            client.HasKey(row => row.Id);
            client.Property(row => row.Id).HasColumnName("client_id");
            client.Property(row => row.Metadata).HasColumnName("metadata");
            client.Property(row => row.Secrets).HasColumnName("secrets");
            client.Property(row => row.CreatedAt).HasColumnName("created_at");
            client.Property(row => row.Registration).HasColumnName("registration");
            client.Property(row => row.UnusedUntil).HasColumnName("unused_until");
            // Only clients that registered themselves and have not been used yet are in it.
            client.HasIndex(row => row.UnusedUntil).HasFilter("unused_until IS NOT NULL").HasDatabaseName("gatehouse_clients_unused_until");
        });
        model.Entity<ConsentRow>(consent =>
        {
            consent.HasKey(row => new { row.Subject, row.ClientId });
            consent.Property(row => row.Subject).HasColumnName("subject");
            consent.Property(row => row.ClientId).HasColumnName("client_id");
            consent.Property(row => row.Scope).HasColumnName("scope");
            consent.Property(row => row.GrantedAt).HasColumnName("granted_at");
        });
        model.Entity<SigningKeyRow>(key =>
        {
            key.HasKey(row => row.Id);
            key.Property(row => row.Id).HasColumnName("id");
            key.Property(row => row.Number).HasColumnName("number");
            key.Property(row => row.Algorithm).HasColumnName("algorithm");
            key.Property(row => row.PublicKey).HasColumnName("public_key");
            key.Property(row => row.SealedPrivateKey).HasColumnName("sealed_private_key");
            key.Property(row => row.CreatedAt).HasColumnName("created_at");
            key.Property(row => row.ActivatesAt).HasColumnName("activates_at");
            key.Property(row => row.RetiredAt).HasColumnName("retired_at");
            key.Property(row => row.Replacement).HasColumnName("replacement");
            // Two nodes that both saw the same newest key both want the next number: one gets it.
            key.HasIndex(row => row.Number).IsUnique().HasDatabaseName("gatehouse_signing_keys_number");
        });
        model.Entity<AttemptsRow>(attempts =>
        {
            attempts.HasKey(row => row.Key);
            attempts.Property(row => row.Key).HasColumnName("key");
            attempts.Property(row => row.Failures).HasColumnName("failures");
            attempts.Property(row => row.LastAt).HasColumnName("last_at");
            attempts.HasIndex(row => row.LastAt).HasDatabaseName("gatehouse_attempts_last_at");
        });
        model.Entity<SessionRow>(session =>
        {
            session.HasKey(row => row.Id);
            session.Property(row => row.Id).HasColumnName("id");
            session.Property(row => row.Subject).HasColumnName("subject");
            session.Property(row => row.Stamp).HasColumnName("stamp");
            session.Property(row => row.SignedInAt).HasColumnName("signed_in_at");
            session.Property(row => row.LastSeenAt).HasColumnName("last_seen_at");
            session.Property(row => row.ExpiresAt).HasColumnName("expires_at");
            session.Property(row => row.Amr).HasColumnName("amr");
            session.Property(row => row.Acr).HasColumnName("acr");
            session.Property(row => row.Device).HasColumnName("device");
            // Whoever ends a session must have seen every client of it: else one would never hear of the end.
            session.Property(row => row.Clients).HasColumnName("clients").IsConcurrencyToken();
            session.HasIndex(row => row.Subject).HasDatabaseName("gatehouse_sessions_subject");
            session.HasIndex(row => row.ExpiresAt).HasDatabaseName("gatehouse_sessions_expires_at");
        });
        model.Entity<LogoutNoticeRow>(notice =>
        {
            notice.HasKey(row => row.Id);
            notice.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            notice.Property(row => row.ClientId).HasColumnName("client_id");
            notice.Property(row => row.Subject).HasColumnName("subject");
            notice.Property(row => row.SessionId).HasColumnName("session_id");
            notice.Property(row => row.CreatedAt).HasColumnName("created_at");
            notice.Property(row => row.DueAt).HasColumnName("due_at");
            notice.Property(row => row.Attempts).HasColumnName("attempts");
            notice.HasIndex(row => row.DueAt).HasDatabaseName("gatehouse_logout_notices_due_at");
        });
        model.Entity<VersionRow>(version =>
        {
            version.HasKey(row => row.Name);
            version.Property(row => row.Name).HasColumnName("name");
            version.Property(row => row.Value).HasColumnName("value");
            version.HasData(new VersionRow { Name = VersionRow.Clients, Value = 1 });
        });
        model.Entity<DataProtectionKeyRow>(key =>
        {
            key.HasKey(row => row.Id);
            key.Property(row => row.Id).HasColumnName("id");
            key.Property(row => row.Xml).HasColumnName("xml");
            key.Property(row => row.CreatedAt).HasColumnName("created_at");
        });
        model.Entity<AuditEventRow>(audited =>
        {
            audited.HasKey(row => row.Id);
            audited.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
            audited.Property(row => row.At).HasColumnName("at");
            audited.Property(row => row.Type).HasColumnName("type");
            audited.Property(row => row.Outcome).HasColumnName("outcome");
            audited.Property(row => row.ClientId).HasColumnName("client_id");
            audited.Property(row => row.Subject).HasColumnName("subject");
            audited.Property(row => row.Address).HasColumnName("address");
            audited.Property(row => row.Details).HasColumnName("details");
            audited.Property(row => row.Node).HasColumnName("node");
        });
    }
}
