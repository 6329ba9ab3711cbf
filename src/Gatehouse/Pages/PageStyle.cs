namespace Gatehouse.Pages;

/// <summary>How our pages look. An app restyles them by options, or by setting the variables in its own stylesheet. Nothing moves, so nobody need be asked whether it may.</summary>
internal static class PageStyle
{
    public static string Of(PageOptions pages) =>
        $$"""
        :root { {{pages.Light.ToCss()}} --gh-radius: 12px; --gh-font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
        @media (prefers-color-scheme: dark) { :root { {{pages.Dark.ToCss()}} } }
        {{Rules}}
        """;

    private const string Rules = """
        *, ::before { box-sizing: border-box; }
        html { color-scheme: light dark; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; padding: 2.5rem 1rem 3rem; background: var(--gh-background); color: var(--gh-text); font: 1rem/1.5 var(--gh-font); }
        .gh-header, .gh-card { width: 100%; max-width: 30rem; margin-inline: auto; overflow-wrap: anywhere; }
        .gh-header { display: flex; align-items: center; gap: .75rem; margin-bottom: 1rem; padding-inline: .25rem; color: var(--gh-muted); font-weight: 600; }
        .gh-header img { flex: none; width: auto; height: 2rem; }
        .gh-card { padding: 2rem; background: var(--gh-surface); border: 1px solid var(--gh-line); border-radius: var(--gh-radius); box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 8px 24px rgb(0 0 0 / .05); }
        .gh-wide { max-width: 44rem; }
        h1 { margin: 0 0 1.25rem; font-size: 1.4375rem; line-height: 1.3; font-weight: 650; text-wrap: balance; }
        h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; font-weight: 650; }
        p { margin: 0 0 1rem; }
        a { color: var(--gh-accent); text-underline-offset: .15em; }
        code { font-family: ui-monospace, "Cascadia Mono", Consolas, monospace; font-size: .9375em; }
        h1 .gh-client { color: var(--gh-accent); }
        .gh-lead { margin-top: -.875rem; margin-bottom: 1.5rem; color: var(--gh-muted); }
        .gh-lead bdi, p .gh-user { color: var(--gh-text); font-weight: 600; }

        .gh-facts { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 0; padding: 0 0 1.25rem; border-bottom: 1px solid var(--gh-line); }
        .gh-facts dt { grid-column: 1; color: var(--gh-muted); }
        .gh-facts dd { grid-column: 2; margin: 0; }
        .gh-host { font-weight: 600; }
        .gh-scopes { margin: 0; padding: 0; list-style: none; }
        .gh-scopes li { position: relative; margin: .375rem 0; padding-inline-start: 1.75rem; }
        .gh-scopes li::before { content: ""; position: absolute; inset-inline-start: .25rem; top: .3em; width: .4rem; height: .75rem; border: solid var(--gh-accent); border-width: 0 2.5px 2.5px 0; transform: rotate(42deg); }
        .gh-scopes-title { margin: .75rem 0 0; font-size: .9375rem; color: var(--gh-muted); }
        .gh-list { margin: 1.25rem 0 0; padding: 0; list-style: none; }
        .gh-list > li { padding: 1.25rem 0; border-top: 1px solid var(--gh-line); }
        .gh-list:last-child > li:last-child { padding-bottom: 0; }
        .gh-list h2, .gh-list h3 { margin: 0 0 .125rem; font-size: 1.0625rem; font-weight: 650; }
        .gh-row { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem 1.25rem; margin-top: 1rem; }
        .gh-row a { min-height: 1.5rem; }
        .gh-row form { margin-inline-start: auto; }
        .gh-section { margin-top: 2rem; font-size: 1.1875rem; }
        .gh-links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1.25rem 0 0; padding: 0; list-style: none; font-size: .9375rem; }
        .gh-links a { display: inline-block; min-height: 1.5rem; }

        .gh-warning, .gh-problem, .gh-done { margin: 1.25rem 0 0; padding: .75rem 1rem; border-radius: 8px; border-inline-start: 4px solid; }
        .gh-warning { background: var(--gh-warning); border-color: var(--gh-warning-edge); }
        .gh-problem { margin: 0 0 1.25rem; color: var(--gh-danger); border: 1px solid; border-inline-start-width: 4px; font-weight: 600; }
        .gh-done { margin: 0 0 1.25rem; border: 1px solid var(--gh-line); border-inline-start: 4px solid var(--gh-accent); }
        .gh-warning strong { display: block; }
        .gh-note { margin-bottom: .375rem; color: var(--gh-muted); }
        .gh-detail { margin: 0; padding: .75rem 1rem; border: 1px solid var(--gh-line); border-radius: 8px; }

        label { display: block; margin-bottom: .375rem; font-weight: 600; }
        input:not([type=hidden]) { display: block; width: 100%; min-height: 2.75rem; margin-bottom: 1.125rem; padding: .5rem .75rem; font: inherit; color: var(--gh-text); background: var(--gh-surface); border: 1px solid var(--gh-muted); border-radius: 8px; }
        .gh-actions { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9rem, 100%), 1fr)); gap: .75rem; margin-top: 1.75rem; }
        button { min-height: 2.75rem; padding: .5rem .75rem; font: inherit; font-weight: 600; color: var(--gh-accent-text); background: var(--gh-accent); border: 2px solid var(--gh-accent); border-radius: 8px; cursor: pointer; }
        button:hover { text-decoration: underline; text-underline-offset: .15em; }
        .gh-quiet { color: var(--gh-danger); background: transparent; border: 1px solid; }
        :focus-visible { outline: 3px solid var(--gh-accent); outline-offset: 3px; }
        [tabindex="-1"]:focus-visible { outline-offset: 6px; }

        @media (max-width: 30rem) {
          body { padding: 1rem .75rem 2rem; }
          .gh-card { padding: 1.25rem; }
          .gh-facts { grid-template-columns: 1fr; gap: 0; }
          .gh-facts dt, .gh-facts dd { grid-column: 1; }
          .gh-facts dd { margin-bottom: .625rem; }
        }
        @media (forced-colors: active) {
          .gh-card { box-shadow: none; }
          button { border-color: ButtonBorder; }
          .gh-scopes li::before { border-color: CanvasText; }
        }
        """;
}
