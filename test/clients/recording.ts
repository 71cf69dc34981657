import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { parseClientEvent, parseServerEvent } from '../../src/protocol/index.ts';
import { brokenLaws } from '../../src/testing/laws/session-laws.ts';
import { type Cause, type ServerEvent, traceOf } from '../../src/testing/trace.ts';
import { until } from './until.ts';

/** One text frame that passed, and who sent it. */
export interface Frame {
  readonly from: 'client' | 'server';
  readonly text: string;
}

/** What the sockets of Node, of browsers and of `ws` have in common. */
export interface Socket {
  send(data: never): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** A server's event, as far as these tests look into it. */
export interface Seen {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A conversation while it is held: all that has passed, and waiting for what has not. */
export interface Recording {
  readonly frames: readonly Frame[];
  /** The server's events so far, of one type or of all. */
  events(type?: string): readonly Seen[];
  /** The first server event of a type from the `skip`th on. */
  event(type: string, skip?: number): Promise<Seen>;
}

/** Records every frame of a socket from now on. */
export function record(socket: Socket): Frame[] {
  const frames: Frame[] = [];
  const send = socket.send.bind(socket);
  socket.addEventListener('message', ({ data }) => frames.push({ from: 'server', text: String(data) }));
  socket.send = (...args: readonly unknown[]) => {
    frames.push({ from: 'client', text: String(args[0]) });
    Reflect.apply(send, socket, args);
  };
  return frames;
}

/** Ways to look at frames, also at those to come. */
export function watch(frames: readonly Frame[]): Recording {
  const events: Recording['events'] = (type) =>
    serverEvents(frames).filter((event) => type === undefined || event.type === type);
  return {
    frames,
    events,
    event: (type, skip = 0) => until(`${type} number ${skip}`, () => events(type)[skip]),
  };
}

/** The server's events of these frames, in order. */
export function serverEvents(frames: readonly Frame[]): Seen[] {
  return frames.filter(({ from }) => from === 'server').map(({ text }) => JSON.parse(text));
}

/** Types of the client's events, in order; without `input_audio_buffer.append`, of which there are many. */
export function clientTypes(frames: readonly Frame[]): string[] {
  const types = frames.filter(({ from }) => from === 'client').map(({ text }): string => JSON.parse(text).type);
  return types.filter((type) => type !== 'input_audio_buffer.append');
}

interface AgentsParser {
  parseRealtimeEvent(event: { data: string }): { isGeneric: boolean };
}

/** Not exported by the package, so its file is imported. */
const agentsParserFile = join(
  import.meta.dirname,
  '../../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs',
);

/**
 * Every frame passes our own checks in its direction, and every server frame the parser of the agents package, which
 * silently ignores what it cannot read; the events keep the laws of a session; and of errors there were these codes.
 */
export async function expectSound(frames: readonly Frame[], errorCodes: readonly string[] = []): Promise<void> {
  const agents: AgentsParser = await import(pathToFileURL(agentsParserFile).href);
  const problems = frames.flatMap(({ from, text }) => {
    const parsed = from === 'client' ? parseClientEvent(text) : parseServerEvent(text);
    if (!parsed.ok) return [`${from}: ${parsed.error.message} in ${text.slice(0, 300)}`];
    if (!parsed.known) return [`${from}: unknown type in ${text.slice(0, 300)}`];
    if (from === 'client') return [];
    return agents.parseRealtimeEvent({ data: text }).isGeneric
      ? [`the agents package cannot read ${text.slice(0, 300)}`]
      : [];
  });
  expect([...problems, ...breaches(frames)]).toEqual([]);
  expect(frames.some(({ from }) => from === 'server')).toBe(true);
  expect(serverEvents(frames).flatMap(({ type, error }) => (type === 'error' ? [error] : []))).toEqual(
    errorCodes.map((code) => expect.objectContaining({ code })),
  );
}

/**
 * The laws of behaviour §9 that these frames break. A recording does not tell which frame made the server send what, so
 * all of it counts as one moment, in which the client said all that it said.
 */
function breaches(frames: readonly Frame[]): string[] {
  const causes: Cause[] = [];
  const sent: ServerEvent[] = [];
  for (const { from, text } of frames) {
    if (from === 'client') causes.push(causeOf(text));
    const parsed = from === 'server' ? parseServerEvent(text) : null;
    if (parsed?.ok === true && parsed.known) sent.push(parsed.event);
  }
  const broken = brokenLaws(traceOf([{ causes, sent, closes: false }]));
  return broken.map(({ law, breach }) => `law ${law.number}, ${law.says}: ${breach}`);
}

function causeOf(text: string): Cause {
  const parsed = parseClientEvent(text);
  if (!parsed.ok || !parsed.known) return { by: 'mistake', text, eventId: null };
  const { event } = parsed;
  return event.type === 'input_audio_buffer.append'
    ? { by: 'microphone', bytes: Buffer.from(event.audio, 'base64').length, eventId: event.event_id ?? null }
    : { by: 'client', event };
}
