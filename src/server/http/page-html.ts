import { escapeHtml, highlight } from './html.ts';
import { pageStyle } from './page-style.ts';
import { type Place, type Snippet, snippets } from './snippets.ts';

/** What the page at `/` tells. */
export interface PageFacts extends Place {
  readonly models: readonly string[];
  /** Every other name works as well. */
  readonly takesAnyName: boolean;
  readonly isDraining: boolean;
}

/** The one script of the page: the copy buttons. Kept apart so that the content security policy can name its hash. */
export const pageScript = `
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
}
`;

/** The page at `/`, whole: how to connect to this server. */
export function pageHtml(facts: PageFacts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Antiphon: a Realtime API server</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark('#0f766e'))}">
<style>${pageStyle}${tabRules(snippets(facts))}</style>
</head>
<body>
<main>
${banner(facts)}
${address(facts)}
${models(facts)}
${tabs(snippets(facts))}
${paths()}
</main>
<script>${pageScript}</script>
</body>
</html>
`;
}

/** Two voices that answer each other, as waves. */
function mark(colour: string): string {
  const bars = [10, 20, 32, 20, 10].map((height, index) => bar(6 + index * 8, height, index < 3 ? 1 : 0.45));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 44 44" fill="${colour}" aria-hidden="true">${bars.join('')}</svg>`;
}

function bar(x: number, height: number, opacity: number): string {
  return `<rect x="${x - 2}" y="${22 - height / 2}" width="4.5" height="${height}" rx="2.25" opacity="${opacity}"/>`;
}

function banner({ isDraining }: PageFacts): string {
  const status = isDraining ? '<span class="pill draining">draining</span>' : '<span class="pill">ready</span>';
  return `<header>${mark('currentColor')}<div><h1>Antiphon</h1><p>A server for the Realtime API</p></div>${status}</header>`;
}

function address({ wsUrl, model, needsKey }: PageFacts): string {
  const url = `${wsUrl}/v1/realtime?model=${encodeURIComponent(model)}`;
  const key = needsKey
    ? 'A key is needed: send it as <code>Authorization: Bearer</code>; browsers offer the subprotocol <code>openai-insecure-api-key.KEY</code> after <code>realtime</code>.'
    : 'No key is needed. Clients that insist on one may send any.';
  return `<section class="pad"><h2>Connect</h2>
<div class="address"><code id="address">${escapeHtml(url)}</code><button type="button" data-copy="address">Copy</button></div>
<p class="fact">${key}</p></section>`;
}

function models({ models: names, takesAnyName }: PageFacts): string {
  const listed = names.map((name) => `<li>${escapeHtml(name)}</li>`).join('');
  const any = takesAnyName ? `<li class="any">${names.length > 0 ? 'and every other name' : 'every name'}</li>` : '';
  return `<section class="pad"><h2>Models</h2><ul class="models">${listed}${any}</ul></section>`;
}

function tabs(list: readonly Snippet[]): string {
  const inputs = list.map(
    ({ id }, index) => `<input type="radio" name="tab" id="tab-${id}"${index === 0 ? ' checked' : ''}>`,
  );
  const labels = list.map(({ id, title }) => `<label for="tab-${id}">${title}</label>`);
  const panels = list.map(
    ({ id, note, code }) =>
      `<div class="panel" id="panel-${id}"><div class="note"><span>${escapeHtml(note)}</span><button type="button" data-copy="code-${id}">Copy</button></div><pre><code id="code-${id}">${highlight(code)}</code></pre></div>`,
  );
  return `<section class="tabs">${inputs.join('')}<div class="strip">${labels.join('')}</div>${panels.join('')}</section>`;
}

/** The rules that show the chosen tab; tabs need no script. */
function tabRules(list: readonly Snippet[]): string {
  const shown = list.map(({ id }) => `#tab-${id}:checked ~ #panel-${id}`).join(',');
  const marked = list.map(({ id }) => `#tab-${id}:checked ~ .strip label[for=tab-${id}]`).join(',');
  const focused = list.map(({ id }) => `#tab-${id}:focus-visible ~ .strip label[for=tab-${id}]`).join(',');
  return `${shown}{display:block}${marked}{color:var(--text);border-color:var(--accent)}${focused}{outline:2px solid var(--accent)}`;
}

function paths(): string {
  const rows = [
    ['/v1/realtime', 'the Realtime API over WebSocket', false],
    ['/v1/realtime/translations', 'translation sessions over WebSocket', false],
    ['/v1/realtime/client_secrets', 'ephemeral keys for browsers, by POST', false],
    ['/v1/models', 'the configured models', true],
    ['/healthz', 'answers while the process lives', true],
    ['/readyz', 'answers 503 while the server drains', true],
    ['/metrics', 'figures for Prometheus', true],
  ] as const;
  const row = ([path, text, linked]: (typeof rows)[number]) =>
    `<tr><td><code>${linked ? `<a href="${path}">${path}</a>` : path}</code></td><td>${text}</td></tr>`;
  return `<section class="pad"><h2>Paths</h2><table>${rows.map(row).join('')}</table></section>`;
}
