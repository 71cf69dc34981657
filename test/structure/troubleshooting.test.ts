import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/troubleshooting.md', 'utf8');
const inCode = [...page.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

const sources = ['src', 'console/src']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** What other programs call so. */
const foreign = new Set([
  'process_resident_memory_bytes',
  'proxy_read_timeout',
  '--enable-auto-tool-choice',
  '--tool-call-parser',
  '--jinja',
]);

/** The parts of a text that the sources lack, but for what is of other programs. */
const unknownIn = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].filter((text) => !foreign.has(text) && !sources.includes(text));

describe('docs/troubleshooting.md', () => {
  it('names codes, events, settings and flags that there are', () => {
    const names = inCode.flatMap((code) => code.match(/--[a-z][a-z-]+|\b[a-z]+(?:_[a-z]+)+\b/g) ?? []);
    expect(new Set(names).size).toBeGreaterThan(50);
    expect(unknownIn(names)).toEqual([]);
  });

  it('quotes messages as the server says them', () => {
    const messages = [
      'Missing bearer or basic authentication in header',
      'Incorrect API key provided.',
      'Without API keys only a loopback host can be served',
      'connection refused',
      'cannot be reached',
      '[inaudible]',
    ];
    expect(messages.filter((message) => !inCode.some((code) => code.includes(message)))).toEqual([]);
    expect(unknownIn(messages)).toEqual([]);
  });
});
