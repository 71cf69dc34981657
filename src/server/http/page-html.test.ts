import { describe, expect, it } from 'vitest';
import { escapeHtml, highlight } from './html.ts';
import { type PageFacts, pageHtml } from './page-html.ts';

const facts: PageFacts = {
  httpUrl: 'http://127.0.0.1:8080',
  wsUrl: 'ws://127.0.0.1:8080',
  model: 'echo',
  models: ['echo', 'my model'],
  takesAnyName: true,
  needsKey: false,
  isDraining: false,
};

/** The page as a reader sees it: text without tags. */
const visible = (html: string): string =>
  html
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

describe('the page at /', () => {
  it('tells the address, the models and that no key is needed', () => {
    const text = visible(pageHtml(facts));
    expect(text).toContain('ws://127.0.0.1:8080/v1/realtime?model=echo');
    expect(text).toContain('my model');
    expect(text).toContain('and every other name');
    expect(text).toContain('No key is needed');
    expect(text).not.toContain('YOUR_KEY');
  });

  it('shows where a key goes when one is needed', () => {
    const text = visible(pageHtml({ ...facts, needsKey: true }));
    expect(text).toContain('openai-insecure-api-key.YOUR_KEY');
    expect(text).toContain('Authorization: Bearer $KEY');
  });

  it('says when the server drains', () => {
    expect(visible(pageHtml({ ...facts, isDraining: true }))).toContain('draining');
  });

  it('loads nothing from elsewhere', () => {
    expect(pageHtml(facts)).not.toMatch(/(src|href)="(https?:)?\/\//);
  });

  it('lets no model name or host break out of its place', () => {
    const evil = '"><script>alert(1)</script>';
    const html = pageHtml({ ...facts, model: evil, models: [evil], wsUrl: `ws://${evil}`, httpUrl: `http://${evil}` });
    expect(html.match(/<script/g)).toHaveLength(1);
  });
});

describe('a code example', () => {
  it('is marked up, and reads the same without the marks', () => {
    const code = `# one <b>\nconst url = "http://x/y"; // two\nawait send('a & b');`;
    const html = highlight(code);
    expect(html).toContain('<span class="comment"># one &lt;b&gt;</span>');
    expect(html).toContain('<span class="string">&quot;http://x/y&quot;</span>');
    expect(html).toContain('<span class="keyword">await</span>');
    expect(html.replaceAll(/<[^>]*>/g, '')).toBe(escapeHtml(code));
  });
});
