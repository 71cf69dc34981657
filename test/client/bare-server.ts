import { type ConnectOptions, connect, type RealtimeSession, startSession } from '../../src/client/index.ts';
import { memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import type { Wire } from '../../src/wire/wire.ts';

export interface Sent {
  readonly type: string;
  readonly event_id?: string;
  readonly [field: string]: unknown;
}

/** A server that says only what the test tells it to. */
export interface BareServer {
  readonly clock: VirtualClock;
  /** What the client sent, over all connections. */
  readonly sent: Sent[];
  /** Every new connection begins with `session.created`. */
  greets: boolean;
  dial(): Promise<Wire>;
  /** Says an event on the newest connection. */
  say(event: { readonly type: string; readonly [field: string]: unknown }): void;
  frame(text: string): void;
  close(code: number, reason?: string): void;
  connect(options?: object): Promise<RealtimeSession>;
  start(options?: object): RealtimeSession;
  /** The event_id of the newest event of a type that the client sent. */
  idOf(type: string): string;
}

export const created = {
  type: 'session.created',
  session: {
    type: 'realtime',
    object: 'realtime.session',
    id: 'sess_bare',
    audio: { input: { turn_detection: null } },
  },
};

export function bareServer({ greets = true }: { greets?: boolean } = {}): BareServer {
  const clock = virtualClock();
  const sent: Sent[] = [];
  let wire: Wire | null = null;
  const server: BareServer = {
    clock,
    sent,
    greets,
    dial() {
      const [mine, theirs] = memoryPair();
      wire = mine;
      mine.open({
        frame: (text) => void sent.push(JSON.parse(text)),
        binary() {},
        drained() {},
        closed() {},
      });
      if (server.greets) server.say(created);
      return Promise.resolve(theirs);
    },
    say: (event) => wire?.send(JSON.stringify({ event_id: 'event_bare', ...event })),
    frame: (text) => wire?.send(text),
    close: (code, reason = '') => wire?.close(code, reason),
    connect: (options = {}) => connect({ wire: server.dial, clock, ...options } as ConnectOptions),
    start: (options = {}) => startSession({ wire: server.dial, clock, ...options } as ConnectOptions),
    idOf: (type) => sent.findLast((event) => event.type === type)?.event_id ?? '',
  };
  return server;
}
