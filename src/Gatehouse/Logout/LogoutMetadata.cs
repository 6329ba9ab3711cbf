// OpenID Connect RP-Initiated Logout 1.0 - OpenID Connect RP-Initiated Logout 1.0 (§2.1: discovery; with Front-Channel Logout §3 and Back-Channel Logout §2.1)
using System.Text.Json;
using Gatehouse.Protocol;
using Gatehouse.Sessions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Logout;

/// <summary>How clients sign users out, and how they are told.</summary>
internal sealed class LogoutMetadata(LiveSessions sessions, IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        json.WriteString("end_session_endpoint", issuer + options.Value.Paths.Logout);
        json.WriteBoolean("frontchannel_logout_supported", sessions.AreKept);
        json.WriteBoolean("frontchannel_logout_session_supported", sessions.AreKept);
        json.WriteBoolean("backchannel_logout_supported", sessions.AreKept);
        json.WriteBoolean("backchannel_logout_session_supported", sessions.AreKept);
    }
}
