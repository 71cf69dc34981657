/** The style sheet of the page at `/`: no file to fetch, light and dark. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #0e1116); --card: light-dark(#ffffff, #161b22); --line: light-dark(#e2e5ea, #272e38);
  --text: light-dark(#1a1f29, #e7ebf0); --soft: light-dark(#5b6472, #98a2b0); --accent: light-dark(#0f766e, #2dd4bf);
  --code: light-dark(#fbfbfc, #0b0e13); --string: light-dark(#9a4a06, #f0b072); --keyword: light-dark(#6d28d9, #b79cf5);
  --sans: ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 var(--sans); }
main { max-width: 860px; margin: 0 auto; padding: 56px 24px 72px; }
header { display: flex; align-items: center; gap: 16px; margin-bottom: 36px; }
header svg { width: 44px; height: 44px; flex: none; color: var(--accent); }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -0.02em; }
header p { margin: 2px 0 0; color: var(--soft); }
.pill { margin-left: auto; display: inline-flex; align-items: center; gap: 8px; padding: 5px 13px; border: 1px solid var(--line);
  border-radius: 99px; background: var(--card); font-size: 14px; color: var(--soft); white-space: nowrap; }
.pill::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: #22a06b; }
.pill.draining::before { background: #d97706; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; margin-bottom: 20px; overflow: hidden; }
.pad { padding: 22px 24px; }
h2 { font-size: 13px; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; color: var(--soft); margin: 0 0 12px; }
.address { display: flex; align-items: center; gap: 12px; padding: 12px 12px 12px 16px; border: 1px solid var(--line);
  border-radius: 10px; background: var(--code); }
.address code { flex: 1; font-size: 15px; overflow-x: auto; white-space: nowrap; }
code, pre { font-family: var(--mono); }
p.fact { margin: 14px 0 0; color: var(--soft); font-size: 15px; }
p.fact code, td code { font-size: 0.9em; color: var(--text); }
.models { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; padding: 0; list-style: none; }
.models li { padding: 4px 12px; border-radius: 8px; border: 1px solid var(--line); background: var(--code); font: 14px var(--mono); }
.models li.any { font-family: var(--sans); color: var(--soft); border-style: dashed; }
button { font: 500 13px var(--sans); color: var(--text); background: var(--card); border: 1px solid var(--line);
  border-radius: 7px; padding: 6px 12px; cursor: pointer; }
button:hover { border-color: var(--accent); color: var(--accent); }
.tabs > input { position: absolute; opacity: 0; pointer-events: none; }
.strip { display: flex; gap: 4px; padding: 0 16px; border-bottom: 1px solid var(--line); overflow-x: auto; }
.strip label { padding: 13px 10px 11px; font-size: 14px; font-weight: 500; color: var(--soft); cursor: pointer;
  border-bottom: 2px solid transparent; white-space: nowrap; }
.strip label:hover { color: var(--text); }
.panel { display: none; position: relative; }
.panel .note { display: flex; align-items: center; justify-content: space-between; gap: 16px; padding: 12px 16px 0 24px;
  color: var(--soft); font-size: 14px; }
pre { margin: 0; padding: 14px 24px 22px; overflow-x: auto; font-size: 13.5px; line-height: 1.6; tab-size: 2; }
.comment { color: var(--soft); } .string { color: var(--string); } .keyword { color: var(--keyword); }
table { width: 100%; border-collapse: collapse; font-size: 15px; }
td { padding: 9px 0; border-top: 1px solid var(--line); vertical-align: top; }
tr:first-child td { border-top: 0; }
td:first-child { white-space: nowrap; padding-right: 24px; }
td:last-child { color: var(--soft); }
td a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 560px) { main { padding: 32px 14px 48px; } header { flex-wrap: wrap; } .pill { margin-left: 0; }
  td { display: block; border: 0; padding: 2px 0; } tr td:first-child { padding-top: 10px; } }
`;
