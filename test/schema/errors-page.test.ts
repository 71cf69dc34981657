import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsPage } from '../../scripts/errors-page/page.ts';
import { shapeSamples } from '../../scripts/errors-page/shape-samples.ts';
import { shapeErrors } from '../../scripts/errors-page/tables.ts';
import { codeLabel } from '../../src/server/observability/metrics/labels.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');

/** The codes that a part of the page lists, from a heading to the next of that rank. */
function codesIn(text: string): readonly string[] {
  const rows = text.matchAll(/^\| (?:\d+ \| )?`([a-z_]+)`/gm);
  return [...new Set(Array.from(rows, ([, code = '']) => code))];
}

/** How sources write an error down: as a value, or as what is given to the function that makes it. */
const writings = [
  /\bcode: '([a-z]+(?:_[a-z]+)+)'/g,
  /\b(?:EngineError|EndpointError|ClientError|SetupError|AudioDeviceError)\(\s*'([a-z_]+)'/g,
  /\b(?:invalid|refuse|refused|problem|outOfBounds|invalidRequest)\(\s*'([a-z]+(?:_[a-z]+)+)'/g,
  /\brefuse\(\s*\w+,\s*\w+,\s*'([a-z_]+)'/g,
  /\brefusal\(\s*\d+,\s*'[a-z_]+',\s*'([a-z_]+)'/g,
];

/** Programs for tests and examples of events, which play errors of others, and the client's reading of them. */
const players = /^(testing|protocol\/published|client\/view|cli\/published)\//;

function codesInSources(): readonly string[] {
  const folder = join(root, 'src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !players.test(file),
  );
  const found = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    return writings.flatMap((writing) => Array.from(text.matchAll(writing), ([, code = '']) => code));
  });
  return [...new Set(found)].toSorted();
}

describe('docs/errors.md', () => {
  it('is what the tables of the sources say; --update writes it', async () => {
    await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md');
  });

  it('has every code that the sources write down', () => {
    const codes = codesInSources();
    expect(codes.length).toBeGreaterThan(60);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });

  it('shows each code of a shape by a frame that is answered so', () => {
    const shown = shapeErrors();
    expect(shown.map(({ error }) => error?.code)).toEqual(shown.map(({ code }) => code));
    expect(Object.entries(shapeSamples).filter(([, { frames }]) => frames.length === 0)).toEqual([]);
  });

  it('has advice for each, in whole sentences', () => {
    const rows = [...page.matchAll(/^\| .* \|$/gm)].map(([row]) => row.split(' | '));
    const advice = rows
      .filter(([first = '']) => /`[a-z_]+`|null|^\| \d{3}$/.test(first))
      .map((cells) => cells.at(-1) ?? '');
    expect(advice.length).toBeGreaterThan(130);
    expect(advice.filter((text) => !/[.)] \|$/.test(text))).toEqual([]);
  });

  it('leaves no number that stands for a name', () => {
    expect(page).not.toMatch(/\d{8}/);
  });
});

describe('the metrics', () => {
  it('count every code of a server by its name', () => {
    const [ofServer = ''] = page.split('## The client');
    const codes = codesIn(ofServer);
    expect(codes).toEqual(expect.arrayContaining(['engine_timeout', 'session_expired', 'unknown_url']));
    expect(codes.filter((code) => codeLabel(code) !== code)).toEqual([]);
  });
});
