import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScenario, type Scenario } from 'antiphon/engines';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');

/** A scenario that a reader can copy. */
export interface Shown {
  /** The page or file, with the number of the scenario on it. */
  readonly name: string;
  readonly scenario: Scenario;
}

/** Every scenario of the README, the pages in `docs`, the examples and the benchmarks. */
export function shownScenarios(): readonly Shown[] {
  const files = ['docs', 'examples', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  return ['README.md', ...files].flatMap((file) =>
    textsIn(file)
      .filter(isScenario)
      .map((text, index) => ({ name: `${file} ${index + 1}`, scenario: readScenario(text, file) })),
  );
}

/** What may be a scenario: blocks of code on pages, whole files elsewhere. */
function textsIn(file: string): readonly string[] {
  if (/\.ya?ml$/.test(file)) return [readFileSync(join(root, file), 'utf8')];
  if (!file.endsWith('.md')) return [];
  return [...readFileSync(join(root, file), 'utf8').matchAll(/^```(?:ya?ml|json)\b.*\n([\s\S]*?)^```$/gm)].map(
    ([, text = '']) => text,
  );
}

function isScenario(text: string): boolean {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null && ('replies' in value || 'hear' in value);
  } catch {
    return false; // a fragment that is no YAML by itself
  }
}

/** The same entries in other orders: backwards, and beginning with each of them. */
export function ordersOf({ replies = [], ...rest }: Scenario): readonly Scenario[] {
  const turned = replies.map((_, first) => [...replies.slice(first), ...replies.slice(0, first)]);
  return [...turned, replies.toReversed()].map((each) => ({ ...rest, replies: each }));
}

/** The tools that a scenario calls. */
export function toolsOf({ replies = [] }: Scenario): readonly string[] {
  const names = replies.flatMap(({ steps }) => steps.flatMap(({ call }) => (call === undefined ? [] : [call.name])));
  return [...new Set(names)];
}

/** What a user may write to it: each word that an entry waits for, and one that none does. */
export function wordsFor({ replies = [] }: Scenario): readonly string[] {
  const words = replies.flatMap(({ when }) => (when?.contains === undefined ? [] : [`Well, ${when.contains}?`]));
  return [...words, 'Nothing of the kind.'];
}
