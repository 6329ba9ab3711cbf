using Gatehouse.Pages.Texts;
using Microsoft.Extensions.Options;

namespace Gatehouse.Pages;

/// <summary>What a scope means, in the user's words: the app's in their language, the app's, ours, and if nobody has any, the scope's own name.</summary>
internal sealed class ScopeWords(IOptions<GatehouseOptions> options)
{
    public string? Find(string scope, PageTexts texts) =>
        options.Value.Pages.Scopes.TryGetValue(texts.Language, out var words) && words.TryGetValue(scope, out var text) ? text
        : options.Value.Scopes.TryGetValue(scope, out text) ? text
        : texts.Scopes.GetValueOrDefault(scope);
}
