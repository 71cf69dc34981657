import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { plainYaml, yamlData } from '../yaml-data.ts';
import { type Path, type Problem, problemsOf } from './problem.ts';
import { ScenarioError } from './scenario-error.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

/**
 * Reads a scenario, YAML 1.2 or JSON. Throws `ScenarioError` for the first thing in the file that is wrong: what is no
 * YAML, an unknown key, a wrong type, a missing value, a value without sense.
 */
export function readScenario(text: string, fileName: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const [broken] = [...document.errors, ...document.warnings];
  if (broken !== undefined) throw errorAt(whatBroke(broken, text), broken.pos[0], lines, fileName);
  const read = yamlData(document);
  if (!read.ok) throw errorAt(read.problem, read.offset, lines, fileName);
  const result = scenarioSchema.safeParse(read.data);
  if (result.success) return result.data;
  const first = firstOf(problemsOf(result.error, read.data), document);
  throw errorAt(first.text, first.offset, lines, fileName);
}

function whatBroke(broken: YAMLParseError | YAMLWarning, text: string): string {
  if (broken.code !== 'DUPLICATE_KEY') return plainYaml(broken.message);
  const [key] = text.slice(broken.pos[0]).match(/^("[^"]*"|'[^']*'|[^\s:]+)/u) ?? [''];
  return `key ${key} is there twice`;
}

interface Placed {
  readonly text: string;
  readonly offset: number;
}

/**
 * The problem that stands first in the file: the others often follow from it. A mapping that holds a problem is none
 * itself: it misses what is misspelt in it.
 */
function firstOf(problems: readonly Problem[], document: Document): Placed {
  const innermost = problems.filter(({ path }) => !problems.some((other) => liesWithin(other.path, path)));
  const placed = innermost.map(({ path, text }) => ({ text, offset: offsetOf(document, path) }));
  return placed.reduce((first, each) => (each.offset < first.offset ? each : first));
}

function liesWithin(inner: Path, outer: Path): boolean {
  return inner.length > outer.length && outer.every((key, i) => inner[i] === key);
}

/** Where the key or the list entry at a path begins. */
function offsetOf(document: Document, path: Path): number {
  let node = target(document.contents, document);
  let offset = node?.range?.[0] ?? 0;
  for (const key of path) {
    const next: Place | null = node === null ? null : within(node, key);
    if (next === null) return offset;
    offset = next.offset;
    node = target(next.node, document);
  }
  return offset;
}

interface Place {
  readonly node: unknown;
  readonly offset: number;
}

function within(node: Node, key: PropertyKey): Place | null {
  if (isSeq(node)) {
    const entry = node.items[Number(key)];
    return isNode(entry) ? { node: entry, offset: entry.range?.[0] ?? 0 } : null;
  }
  if (!isMap(node)) return null;
  const pair = node.items.find((each) => isScalar(each.key) && String(each.key.value) === key);
  return pair === undefined || !isScalar(pair.key) ? null : { node: pair.value, offset: pair.key.range?.[0] ?? 0 };
}

function target(node: unknown, document: Document): Node | null {
  if (isAlias(node)) return node.resolve(document) ?? null;
  return isNode(node) ? node : null;
}

function errorAt(problem: string, offset: number, lines: LineCounter, fileName: string): ScenarioError {
  const { line, col } = lines.linePos(offset);
  return new ScenarioError(oneLine(problem), { fileName, line: Math.max(line, 1), column: Math.max(col, 1) });
}

function oneLine(message: string): string {
  return message.replace(/\s*[\n\r\u2028\u2029]\s*/gu, ' ');
}
