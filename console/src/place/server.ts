import { isJsonObject } from '../../../src/protocol/json.ts';
import { type Problem, problem } from '../talk/problem.ts';
import { authorization } from './authorization.ts';
import { createStore, type Store } from './store.ts';

/** What the page knows of the server that it came from. */
export interface ServerFacts {
  /** `locked`: it wants a key, and has not been given a good one. */
  readonly state: 'asking' | 'ready' | 'locked' | 'gone';
  /** The names of its models; some servers take every name. */
  readonly models: readonly string[];
  readonly problem: Problem | null;
}

export const server: Store<ServerFacts> = createStore<ServerFacts>({ state: 'asking', models: [], problem: null });

/** The API key, kept as long as the tab is open. */
export const key: Store<string> = createStore(sessionStorage.getItem('antiphon-key') ?? '');
/** The operator's key. */
export const adminKey: Store<string> = createStore(sessionStorage.getItem('antiphon-admin-key') ?? '');

export function keep(which: Store<string>, text: string): void {
  sessionStorage.setItem(which === key ? 'antiphon-key' : 'antiphon-admin-key', text);
  which.set(text);
}

/** So long until a server that does not answer is asked again. */
const againMs = 3000;
let again = 0;

/** Asks the server for its models, and so whether the key is good; goes on asking while nobody answers. */
export async function askServer(): Promise<void> {
  clearTimeout(again);
  const facts = await modelsOf(key.value).catch((): ServerFacts => gone);
  server.set(facts);
  if (facts.state === 'gone') again = window.setTimeout(() => void askServer(), againMs);
}

const gone: ServerFacts = { state: 'gone', models: [], problem: problem('server_gone') };

async function modelsOf(text: string): Promise<ServerFacts> {
  const answer = await fetch('/v1/models', { headers: authorization(text) });
  if (answer.status === 401) {
    const isWrong = text !== '';
    return { state: 'locked', models: [], problem: isWrong ? problem('wrong_key') : null };
  }
  const body: unknown = await answer.json();
  if (!answer.ok) return { state: 'locked', models: [], problem: said(body) };
  return { state: 'ready', models: namesIn(body), problem: null };
}

function said(body: unknown): Problem {
  const error = isJsonObject(body) && isJsonObject(body['error']) ? body['error'] : {};
  return { is: 'other', title: 'The server refuses', advice: String(error['message'] ?? 'It does not say why.') };
}

function namesIn(body: unknown): readonly string[] {
  if (!isJsonObject(body) || !Array.isArray(body['data'])) return [];
  return body['data'].flatMap((each: unknown) =>
    isJsonObject(each) && typeof each['id'] === 'string' ? [each['id']] : [],
  );
}
