namespace Gatehouse.Pages;

/// <summary>How our pages look. An app restyles them by setting the variables in its own stylesheet. Contrast is at least 4.5 : 1 for text and 3 : 1 for edges (WCAG 2.2 AA).</summary>
internal static class PageStyle
{
    public const string Css = """
        :root {
          --gh-background: #f3f4f6; --gh-surface: #ffffff; --gh-text: #1a1d21; --gh-muted: #555b66; --gh-line: #d9dce1;
          --gh-button: #1f4fa3; --gh-button-text: #ffffff; --gh-focus: #1f4fa3; --gh-warning: #fff4d6; --gh-warning-edge: #a86400;
          --gh-radius: 10px; --gh-font: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --gh-background: #14161a; --gh-surface: #1e2127; --gh-text: #eceef1; --gh-muted: #adb3bd; --gh-line: #363b44;
            --gh-button: #8db4ff; --gh-button-text: #0c1a33; --gh-focus: #8db4ff; --gh-warning: #3a2e10; --gh-warning-edge: #e0a93f;
          }
        }
        * { box-sizing: border-box; }
        html { color-scheme: light dark; }
        body { margin: 0; padding: 1.5rem 1rem 3rem; background: var(--gh-background); color: var(--gh-text); font: 1rem/1.5 var(--gh-font); }
        .gh-header { max-width: 30rem; margin: 0 auto 1rem; color: var(--gh-muted); font-weight: 600; overflow-wrap: anywhere; }
        .gh-card { max-width: 30rem; margin: 0 auto; padding: 1.75rem; background: var(--gh-surface); border: 1px solid var(--gh-line); border-radius: var(--gh-radius); overflow-wrap: anywhere; }
        h1 { margin: 0 0 1.25rem; font-size: 1.375rem; line-height: 1.3; font-weight: 600; }
        h2 { margin: 1.25rem 0 .375rem; font-size: 1rem; font-weight: 600; }
        p { margin: 0 0 1rem; }
        code { font-family: ui-monospace, "Cascadia Mono", Consolas, monospace; font-size: .9375em; }
        .gh-client { color: var(--gh-button); }
        .gh-facts { display: grid; grid-template-columns: max-content 1fr; gap: .375rem 1rem; margin: 0; padding: 0 0 1.25rem; border-bottom: 1px solid var(--gh-line); }
        .gh-facts dt { grid-column: 1; color: var(--gh-muted); }
        .gh-facts dd { grid-column: 2; margin: 0; }
        .gh-host { font-weight: 600; }
        .gh-scopes { margin: 0; padding-left: 1.25rem; }
        .gh-scopes li { margin: .25rem 0; }
        .gh-warning { margin: 1.25rem 0 0; padding: .75rem 1rem; background: var(--gh-warning); border-left: 4px solid var(--gh-warning-edge); }
        .gh-note { margin-bottom: .375rem; color: var(--gh-muted); }
        .gh-detail { margin: 0; padding: .75rem 1rem; border: 1px solid var(--gh-line); border-radius: 6px; }
        .gh-actions { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; margin-top: 1.75rem; }
        button { min-height: 2.75rem; padding: .5rem 1rem; font: inherit; font-weight: 600; color: var(--gh-button-text); background: var(--gh-button); border: 2px solid var(--gh-button); border-radius: 8px; cursor: pointer; }
        button:hover { text-decoration: underline; }
        button:focus-visible, a:focus-visible { outline: 3px solid var(--gh-focus); outline-offset: 3px; }
        @media (max-width: 30rem) {
          body { padding: 1rem .75rem 2rem; }
          .gh-card { padding: 1.25rem; }
          .gh-facts { grid-template-columns: 1fr; gap: 0; }
          .gh-facts dt, .gh-facts dd { grid-column: 1; }
          .gh-facts dd { margin-bottom: .5rem; }
        }
        """;
}
