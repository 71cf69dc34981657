import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Model, readScenario } from '../../src/engines/index.ts';
import { makeTurn, never, pull, typed } from './turn.ts';

/** The code blocks of a page whose first line is "```LABEL". */
function blocks(page: string, label: string): readonly string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gmu)].flatMap(([, name, code]) =>
    name === label && code !== undefined ? [code] : [],
  );
}

describe('docs/scenario.md', () => {
  it('shows a scenario that can be read', () => {
    const [example = ''] = blocks('scenario.md', 'yaml scenario');
    expect(Object.keys(readScenario(example, 'scenario.yaml'))).toEqual([
      'seed',
      'voice',
      'hear',
      'translate',
      'pace',
      'replies',
    ]);
  });
});

describe('docs/engines.md', () => {
  it('shows a model that answers', async () => {
    const [example = ''] = blocks('engines.md', 'ts example');
    const folder = mkdtempSync(join(import.meta.dirname, '.example-'));
    try {
      const file = join(folder, 'model.ts');
      writeFileSync(file, example.replace('antiphon/engines', '../../../src/engines/index.ts'));
      const { shouting }: { shouting: Model } = await import(file);
      const turn = makeTurn({ modality: 'audio', items: [typed('hello')] });
      const pieces = await pull(shouting.open().respond(turn, never));
      expect(pieces[0]).toEqual({ type: 'text', text: 'HELLO!' });
      expect(pieces[1]?.type).toBe('sound');
      expect(pieces.at(-1)).toEqual({ type: 'message_end' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
