import {
  ClientError,
  type ConnectOptions,
  RealtimeError,
  type RealtimeSession,
  type SessionOptions,
  startSession,
} from '../../src/client/index.ts';
import type { Model } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import type { Session } from '../../src/protocol/types.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { openSession } from '../../src/server/session/session.ts';
import { type MemoryWire, memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import type { Wire } from '../../src/wire/wire.ts';

export interface Frame {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Our own server's sessions behind wires in memory, under virtual time. */
export interface MemoryServer {
  readonly clock: VirtualClock;
  /** What each connection's ends are, in the order made. */
  readonly connections: readonly Connection[];
  /** Frames that clients sent, over all connections, parsed. */
  readonly heard: readonly Frame[];
  /** Frames that the server sent, over all connections, parsed. */
  readonly said: readonly Frame[];
  /** Gives the client's end of a new connection. */
  dial(): Promise<Wire>;
  /** How the next connections fail, one after the other; null succeeds. */
  readonly failures: (Error | null)[];
}

export interface Connection {
  readonly client: MemoryWire;
  /** Ends the connection as a network does: the client sees 1006. */
  cut(code?: number, reason?: string): void;
}

export interface MemoryServerOptions {
  readonly modelName?: string | null;
  readonly settled?: Session;
  readonly sessionMinutes?: number;
  /** Time that a frame takes, each way, in milliseconds. Default none. */
  readonly latencyMs?: number;
  /** The first connection is cut right after the server's frame of this number, counted from 1. */
  readonly cutAfter?: number;
}

/** A server whose sessions run the model, or the scripted model of a scenario. */
export function memoryServer(model: Model | string, options: MemoryServerOptions = {}): MemoryServer {
  const clock = virtualClock();
  const connections: Connection[] = [];
  const heard: Frame[] = [];
  const said: Frame[] = [];
  const failures: (Error | null)[] = [];
  const served = typeof model === 'string' ? scenarioModel(readScenario(model, 'scenario.yaml')) : model;

  function open(): Wire {
    const [server, client] = memoryPair();
    openSession({
      wire: tapped(server, said, heard, () => {
        if (said.length === options.cutAfter) server.close(1006, '');
      }),
      model: served,
      modelName: options.modelName === undefined ? 'test' : options.modelName,
      ...(options.settled === undefined ? {} : { settled: options.settled }),
      clock,
      limits: { ...defaultLimits, sessionMinutes: options.sessionMinutes ?? defaultLimits.sessionMinutes },
      sendConversationCreated: false,
      log: silentLog,
    });
    connections.push({ client, cut: (code = 1006, reason = '') => server.close(code, reason) });
    return options.latencyMs === undefined ? client : slow(client, clock, options.latencyMs);
  }

  return {
    clock,
    connections,
    heard,
    said,
    failures,
    dial: () => {
      const failure = failures.shift() ?? null;
      return failure === null ? Promise.resolve(open()) : Promise.reject(failure);
    },
  };
}

/** The wire, with what goes over it written down. */
function tapped(wire: Wire, out: Frame[], into: Frame[], sent: () => void): Wire {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    send(text) {
      out.push(JSON.parse(text));
      wire.send(text);
      sent();
    },
    close: (code, reason) => wire.close(code, reason),
    open(listener) {
      wire.open({
        binary: (bytes) => listener.binary(bytes),
        drained: () => listener.drained(),
        closed: (why) => listener.closed(why),
        frame(text) {
          into.push(JSON.parse(text));
          listener.frame(text);
        },
      });
    },
  };
}

/** The wire with a long way: frames arrive later, in order. */
function slow(wire: Wire, clock: VirtualClock, ms: number): Wire {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    send: (text) => void clock.after(ms, () => wire.send(text)),
    close: (code, reason) => void clock.after(ms, () => wire.close(code, reason)),
    open(listener) {
      wire.open({
        frame: (text) => void clock.after(ms, () => listener.frame(text)),
        binary: (bytes) => listener.binary(bytes),
        drained: () => listener.drained(),
        closed: (why) => void clock.after(ms, () => listener.closed(why)),
      });
    },
  };
}

/** A session with the server, under its clock. */
export async function join(server: MemoryServer, options: Partial<ConnectOptions> = {}): Promise<RealtimeSession> {
  const session = startSession({ wire: server.dial, clock: server.clock, ...options } as ConnectOptions);
  // Where frames take their time, time must pass.
  for (let turn = 0; turn < 100 && session.connection === 'connecting'; turn++) await pass(server.clock, 20);
  const isReady = session.ready.then(
    () => true,
    () => true,
  );
  for (let turn = 0; turn < 100 && session.connection === 'open'; turn++) {
    if (await Promise.race([isReady, settle().then(() => false)])) break;
    await pass(server.clock, 20);
  }
  await session.ready;
  return session;
}

/** Lets everything that only waits for promises happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Lets virtual time pass in steps, and promises settle after each. */
export async function pass(clock: VirtualClock, ms: number, stepMs = 20): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(Math.min(stepMs, ms - passed));
    await settle();
  }
}

/** What a promise was rejected with, as its code. */
export async function codeOf(promise: Promise<unknown>): Promise<string | null> {
  try {
    await promise;
  } catch (error) {
    return error instanceof ClientError ? error.code : String(error);
  }
  return 'resolved';
}

/** So many milliseconds of 24 kHz sound: a buzz of 150 Hz, which passes for speech, or silence at level 0. */
export function sound(ms: number, level = 8000): Int16Array {
  return Int16Array.from({ length: ms * 24 }, (_, index) => (index % 160 < 80 ? level : -level));
}

/** A typed user message. */
export function typed(text: string) {
  return { type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text }] };
}

/** What the server answered a request with, where that was an error. */
export async function refusalOf(promise: Promise<unknown>): Promise<RealtimeError> {
  const error = await promise.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof RealtimeError)) throw new Error(`Not the server's error: ${String(error)}`);
  return error;
}

/** Options for a session that does not listen for speech. */
export const silent: SessionOptions = {
  session: { type: 'realtime', audio: { input: { turn_detection: null } } },
};

/** What the newest session was told and holds, by role and words. */
export async function conversationOf(session: RealtimeSession, ids: readonly string[]): Promise<string[]> {
  const items = await Promise.all(ids.map((id) => session.retrieveItem(id)));
  return items.map(({ item }) => {
    if (item.type !== 'message') return item.type;
    return `${item.role}: ${item.content.map((part) => part.text ?? ('transcript' in part ? part.transcript : '')).join('')}`;
  });
}

/** All pieces, joined. */
export async function collect(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
