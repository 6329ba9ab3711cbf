using Gatehouse.Audit;
using Gatehouse.Server.Users;

namespace Gatehouse.Server.Accounts;

/// <summary>What happens to accounts, in the provider's audit trail.</summary>
internal sealed class AccountTrail(AuditTrail audit)
{
    public void SignedIn(HttpContext http, ServerUser user, string methods) =>
        audit.Record(AuditType.UserSignedIn, AuditOutcome.Success, null, user.Id, http.Connection.RemoteIpAddress, ("methods", methods));

    /// <summary>Nobody proved to be anybody, so nobody is named.</summary>
    public void Refused(HttpContext http, string reason) => audit.Record(AuditType.UserRefused, AuditOutcome.Refused, null, null, http.Connection.RemoteIpAddress, ("reason", reason));

    public void Changed(HttpContext http, ServerUser user, string what, string by = "themselves") =>
        audit.Record(AuditType.UserChanged, AuditOutcome.Success, null, user.Id, http.Connection.RemoteIpAddress, ("what", what), ("by", by));

    /// <summary>By a file, and so by whoever may write it.</summary>
    public void Declared(ServerUser user, string result) => audit.Record(AuditType.UserChanged, AuditOutcome.Success, null, user.Id, null, ("what", result), ("by", "configuration"));
}
