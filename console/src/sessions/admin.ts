import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';
import { objectIn } from '../../../src/take/json-object.ts';
import { authorization } from '../place/authorization.ts';
import { frameOfEvent } from '../story/frame.ts';
import type { Story } from '../story/story.ts';

/** A session as the server lists it. */
export interface ListedSession {
  readonly id: string;
  readonly kind: string;
  readonly model: string | null;
  readonly transport: string;
  readonly node: string | null;
  readonly key: string | null;
  readonly ageS: number;
  readonly turns: number;
  readonly errors: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly costUsd: number | null;
}

/** The list, or why there is none: `locked` where another key is wanted. */
export type Listing =
  | { readonly is: 'list'; readonly sessions: readonly ListedSession[] }
  | { readonly is: 'locked' }
  | { readonly is: 'gone' };

export async function listSessions(key: string): Promise<Listing> {
  try {
    const answer = await fetch('/admin/sessions', { headers: authorization(key) });
    if (answer.status === 401 || answer.status === 403 || answer.status === 429) return { is: 'locked' };
    const body: unknown = await answer.json();
    const rows = isJsonObject(body) && Array.isArray(body['data']) ? body['data'] : [];
    return { is: 'list', sessions: rows.filter(isJsonObject).map(sessionIn) };
  } catch {
    return { is: 'gone' };
  }
}

export function sessionIn(row: JsonObject): ListedSession {
  return {
    id: text(row['id']) ?? '',
    kind: text(row['kind']) ?? '',
    model: text(row['model']),
    transport: text(row['transport']) ?? '',
    node: text(row['node']),
    key: text(row['key']),
    ageS: number(row['age_s']) ?? 0,
    turns: number(row['turns']) ?? 0,
    errors: number(row['errors']) ?? 0,
    bytesIn: number(row['bytes_in']) ?? 0,
    bytesOut: number(row['bytes_out']) ?? 0,
    costUsd: number(row['cost_usd']),
  };
}

/** Ends a session; says whether it was there to end. */
export async function endSession(id: string, key: string): Promise<boolean> {
  const answer = await fetch(`/admin/sessions/${encodeURIComponent(id)}`, {
    method: 'DELETE',
    headers: authorization(key),
  }).catch(() => null);
  return answer?.ok === true;
}

/** Follows what passes in a session, until it ends or `signal` aborts. */
export async function follow(story: Story, id: string, key: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(`/admin/sessions/${encodeURIComponent(id)}/events`, {
    headers: authorization(key),
    signal,
  });
  if (!answer.ok || answer.body === null) throw new Error(`The server answered ${answer.status}.`);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  // Not every browser can go through a stream in a loop.
  // oxlint-disable-next-line no-await-in-loop -- one piece after the other
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (rest + next.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) told(story, line);
  }
  story.close(story.lastT, 'it has ended, or the console fell behind');
}

function told(story: Story, line: string): void {
  const entry = line.startsWith('data: ') ? objectIn(line.slice('data: '.length)) : null;
  const t = number(entry?.['t']);
  if (entry === null || t === null) return;
  for (const by of ['<', '>'] as const) {
    const event = entry[by];
    if (isJsonObject(event)) story.add(frameOfEvent(t, by, event));
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
