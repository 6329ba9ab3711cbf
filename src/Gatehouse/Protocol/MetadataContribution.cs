// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2)
using System.Text.Json;

namespace Gatehouse.Protocol;

/// <summary>
/// The metadata members of one feature, in that feature's own folder. Registered once (<c>AddSingleton&lt;MetadataContribution, …&gt;</c>), so that what the document says is what is there, and a
/// new feature edits no list. A member belongs to exactly one contribution: writing it twice would make the document ambiguous, and a test refuses that.
/// </summary>
internal abstract class MetadataContribution
{
    /// <param name="json">Inside the document's one object.</param>
    /// <param name="issuer">Who we are; what every endpoint's URL begins with.</param>
    public abstract void Write(Utf8JsonWriter json, string issuer);

    /// <summary>An array of strings. RFC 8414 §2: a member without values is left out.</summary>
    protected static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        var open = false;
        foreach (var value in values)
        {
            if (!open) json.WriteStartArray(name);
            open = true;
            json.WriteStringValue(value);
        }
        if (open) json.WriteEndArray();
    }
}
