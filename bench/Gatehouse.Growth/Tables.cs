namespace Gatehouse.Growth;

/// <summary>Tables that grow with use. Clients and keys are few, and versions are one row: to read those from end to end is right.</summary>
internal static class Tables
{
    public static readonly string[] Growing =
    [
        "gatehouse_artifacts", "gatehouse_families", "gatehouse_remembered_keys", "gatehouse_sessions", "gatehouse_attempts", "gatehouse_consents", "gatehouse_logout_notices", "gatehouse_audit_events",
    ];
}
