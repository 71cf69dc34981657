import * as z from 'zod';
import { headersOf } from '../../engines/openai/headers.ts';
import { oneLine } from '../one-line.ts';
import type { Endpoint } from './known.ts';
import { type Role, roleOf } from './role.ts';

/** A model that an endpoint lists. */
export interface ListedModel {
  readonly id: string;
  /** Null: it is of no use in a pipeline. */
  readonly role: Role | null;
}

/** An endpoint that answered. */
export interface FoundEndpoint extends Endpoint {
  readonly models: readonly ListedModel[];
  /** The voices that it lists; none where it lists none. */
  readonly voices: readonly string[];
  /** Where it transcribes, where that is not the usual path. */
  readonly transcriptionPath?: string;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** How long an endpoint may take. Default 1500. */
  readonly timeoutMs?: number;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch;
}

const listing = z.object({
  data: z.array(z.object({ id: z.string(), task: z.string().nullish(), owned_by: z.string().nullish() })),
});
const voiceListing = z.object({
  voices: z.array(z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])),
});

/**
 * The models that an endpoint lists at `/models`; null where it answers but has no such path.
 *
 * @throws {Error} in one line, where nothing answers in time, or something else than a list of models.
 */
export async function listModels(baseUrl: string, options: AskOptions = {}): Promise<readonly ListedModel[] | null> {
  const answer = await get(`${baseUrl}/models`, options);
  if (answer.status === 404) return null;
  if (answer.status === 401 || answer.status === 403) throw new Error(`${baseUrl} refuses the key (${answer.status})`);
  const listed = listing.safeParse(answer.body);
  if (answer.status !== 200 || !listed.success) throw new Error(`${baseUrl} lists no models (status ${answer.status})`);
  const { data } = listed.data;
  // A server of our own on a usual port is none to build a pipeline on.
  if (data.some((model) => model.owned_by === 'antiphon')) throw new Error(`${baseUrl} is an Antiphon itself`);
  return data.map(({ id, task }) => ({ id, role: roleOf(id, task ?? undefined) }));
}

/** Asks all of these at the same time; those that do not answer are left out. */
export async function findEndpoints(
  endpoints: readonly Endpoint[],
  options: AskOptions = {},
): Promise<FoundEndpoint[]> {
  const found = await Promise.all(endpoints.map((endpoint) => find(endpoint, options).catch(() => null)));
  return found.filter((endpoint) => endpoint !== null);
}

async function find(endpoint: Endpoint, options: AskOptions): Promise<FoundEndpoint | null> {
  const models = await listModels(endpoint.baseUrl, options);
  if (models === null) return whisperCpp(endpoint.baseUrl, options);
  const speaks = models.some(({ role }) => role === 'synthesizer');
  return { ...endpoint, models, voices: speaks ? await listVoices(endpoint, options) : [] };
}

/**
 * whisper.cpp's server has a path of its own and lists no models: it has the one that it was started with, whatever it is
 * asked for, and says who it is on its page.
 */
async function whisperCpp(baseUrl: string, options: AskOptions): Promise<FoundEndpoint | null> {
  const { origin } = new URL(baseUrl);
  const page = await get(`${origin}/`, options);
  if (!/whisper\.cpp/i.test(page.text)) return null;
  const models = [{ id: 'whisper', role: 'transcriber' }] as const;
  return { name: 'whisper.cpp', baseUrl: origin, models, voices: [], transcriptionPath: '/inference' };
}

async function listVoices({ baseUrl }: Endpoint, options: AskOptions): Promise<readonly string[]> {
  const answer = await get(`${baseUrl}/audio/voices`, options).catch(() => null);
  const listed = voiceListing.safeParse(answer?.body);
  return listed.success ? listed.data.voices : [];
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** The text as JSON; undefined where it is none. */
  readonly body: unknown;
}

async function get(url: string, { headers = {}, timeoutMs = 1500, fetch: ask = fetch }: AskOptions): Promise<Answer> {
  try {
    const response = await ask(url, {
      headers: headersOf(Object.entries(headers)),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, text, body: json(text) };
  } catch (cause) {
    const reason = cause instanceof Error && cause.name === 'TimeoutError' ? `within ${timeoutMs} ms` : reasonOf(cause);
    throw new Error(`${url} does not answer (${reason})`, { cause });
  }
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  return inner instanceof Error && 'code' in inner ? String(inner.code) : oneLine(inner);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
