import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../../clients/until.ts';
import { type RunningProgram, start } from '../../e2e/running-program.ts';
import { handles, secrets } from './doors.ts';
import { conversationBytes, totalBytes } from './histories.ts';
import { type Conversation, converse } from './honest.ts';
import type { News, Order } from './process.ts';
import { neighbours } from './table.ts';
import { ways } from './upstreams.ts';
import { endlessEngine } from './voices.ts';

/** Neighbours that do their worst at the same time. */
const atOnce = 8;
export const honestCount = 10;

/** The echo, which takes a buzz for speech. */
const honestModel = `
import { echoModel, energyVad } from '${pathToFileURL(join(import.meta.dirname, '../../../dist/engines/index.js'))}';
export default () => echoModel({ voice: null, vad: energyVad });
`;

/** A server with a street of bad neighbours, who live in a process of their own. */
export interface Street {
  readonly url: string;
  readonly program: RunningProgram;
  /** Every kind of neighbour comes once; resolves with what went wrong, by neighbour, when all have left. */
  everybody(): Promise<Readonly<Record<string, string>>>;
  /** One neighbour comes, by name; what went wrong, else null. */
  visit(name: string): Promise<string | null>;
  /** Sends neighbours in without waiting for them. */
  begin(): void;
  close(): void;
}

export interface StreetOptions {
  /** What the server is run with, before its own command line. */
  readonly node: readonly [program: string, ...flags: string[]];
}

export async function openStreet({ node }: StreetOptions): Promise<Street> {
  const child = fork(join(import.meta.dirname, 'process.ts'), { execArgv: [] });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const waiting = new Map<string, (problem: string | null) => void>();
  let badUrl: string | undefined;
  child.on('message', (news: News) => {
    if ('badUrl' in news) badUrl = news.badUrl;
    else waiting.get(news.visited)?.(news.problem);
  });
  const folder = mkdtempSync(join(tmpdir(), 'neighbours-'));
  writeFileSync(join(folder, 'engine.js'), endlessEngine);
  writeFileSync(join(folder, 'honest.js'), honestModel);
  writeFileSync(join(folder, 'antiphon.yaml'), configuration(await until('the neighbours', () => badUrl)));
  const withFewHandles = ['/bin/sh', '-c', `ulimit -n ${handles}; exec "$0" "$@"`, ...node] as const;
  const program = start(['serve', '--port', '0', '--log-level', 'fatal'], { folder, node: withFewHandles });
  const url = await program.url();
  const order = (what: Order): void => void child.send(what);
  const visit = (name: string): Promise<string | null> =>
    new Promise((resolve) => {
      waiting.set(name, resolve);
      order({ visit: name, url });
    });
  return {
    url,
    program,
    visit,
    everybody: () => everybody(visit),
    begin: () => void everybody(visit),
    close() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}

function configuration(badUrl: string): string {
  const pipelines = ways.map(
    (way) =>
      `  ${way}: { pipeline: { vad: energy, transcriber: none, synthesizer: tone, ` +
      `language_model: { engine: openai, model: m, base_url: "${badUrl}/${way}/v1", retries: 0 } } }\n`,
  );
  return `limits: { sessions: 80, voices: 4, conversation_bytes: ${conversationBytes}, total_bytes: ${totalBytes}, secrets: ${secrets} }
mcp: { allow: ["${badUrl}/*"] }
models:
  echo: { speech_to_speech: echo }
  honest: { speech_to_speech: { engine: ./honest.js } }
  endless: { speech_to_speech: { engine: ./engine.js } }
${pipelines.join('')}`;
}

/** Some at a time; those that come alone come last. */
async function everybody(visit: (name: string) => Promise<string | null>): Promise<Readonly<Record<string, string>>> {
  const problems: Record<string, string> = {};
  const come = async (name: string): Promise<void> => {
    const problem = await visit(name);
    if (problem !== null) problems[name] = problem;
  };
  const names = neighbours.filter(({ isAlone }) => isAlone !== true).map(({ name }) => name);
  const lane = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) await come(name);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  for (const { name, isAlone } of neighbours) if (isAlone === true) await come(name);
  return problems;
}

/** Ten honest conversations for as long as something goes on. */
export async function besides<T>(
  url: string,
  spokenEvery: number,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly conversations: readonly Conversation[] }> {
  let goesOn = true;
  const all = Array.from({ length: honestCount }, (_, index) =>
    converse({ url, name: `number ${index}`, goesOn: () => goesOn, spokenEvery }),
  );
  try {
    const result = await work();
    goesOn = false;
    return { result, conversations: await Promise.all(all) };
  } finally {
    goesOn = false;
  }
}

/** Ten honest conversations of so many typed turns each. */
export function alone(url: string, turns: number): Promise<readonly Conversation[]> {
  const talk = (_: unknown, index: number): Promise<Conversation> => {
    let left = turns;
    return converse({ url, name: `number ${index}`, goesOn: () => left-- > 0, spokenEvery: 0 });
  };
  return Promise.all(Array.from({ length: honestCount }, talk));
}

/** The middle and the tail of how long the typed turns took, in words. */
export function figuresOf(conversations: readonly Conversation[]): string {
  const ascending = conversations.flatMap(({ turnsMs }) => turnsMs).toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN).toFixed(1);
  return `${ascending.length} turns: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`;
}
