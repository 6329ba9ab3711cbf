// RFC 8414 - OAuth 2.0 Authorization Server Metadata (§2: ui_locales_supported)
using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Extensions.Options;

namespace Gatehouse.Pages;

/// <summary>The languages that the pages speak, the default first.</summary>
internal sealed class PageMetadata(IOptions<GatehouseOptions> options) : MetadataContribution
{
    public override void Write(Utf8JsonWriter json, string issuer)
    {
        var pages = options.Value.Pages;
        WriteArray(json, "ui_locales_supported", pages.Languages.Select(texts => texts.Language).OrderByDescending(tag => tag == pages.DefaultLanguage));
    }
}
