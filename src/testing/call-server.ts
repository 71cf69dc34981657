import { echoModel } from '../engines/echo.ts';
import { decideEntrance, type Entrance } from '../server/admission/decide.ts';
import { keyring } from '../server/admission/keys.ts';
import { silentLog } from '../server/log.ts';
import { modelTable } from '../server/models.ts';
import { type ListenOptions, type Settings, settle } from '../server/options.ts';
import { type Lasting, lastingParts, type Reception, receive } from '../server/reception.ts';
import { endlessTurns } from '../server/session/turns.ts';
import { join, streamPathOf } from '../server/telephony/streams/streams.ts';
import { memoryState } from '../state/memory/state.ts';
import type { SipCall } from '../telephony/sip/phone.ts';
import type { StreamListener, StreamSocket } from '../telephony/streams/stream-line.ts';
import { memoryPair } from '../wire/memory.ts';
import { type MemoryLine, type MemoryPeer, memoryLine } from './call-line.ts';
import { type Ring, type StreamOrder, webhookOf } from './carrier-webhook.ts';
import { FakePhone, type FakePhoneOptions } from './fake-phone.ts';
import { type VirtualClock, virtualClock } from './virtual-clock.ts';

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | FormData;
  readonly signal?: AbortSignal;
}

/** How a call is asked for: the offer as it is or, where there is a session, in a form. */
export interface AskForCall extends Pick<Ask, 'signal'> {
  readonly key?: string;
  readonly query?: string;
  readonly offer?: string;
  /** As JSON, or a text that shall count as such. */
  readonly session?: unknown;
}

export type SeenEvent = Readonly<Record<string, unknown>> & { readonly type: string };

export interface Sideband {
  readonly events: readonly SeenEvent[];
  /** The codes of its close. */
  readonly closes: readonly number[];
  send(event: object): void;
}

const echo = echoModel({ voice: null });
const callsPath = '/v1/realtime/calls';

function bearer(key: string | undefined): Readonly<Record<string, string>> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

export interface StreamOptions extends Partial<FakePhoneOptions> {
  /** How long a frame is on its way, either way, in milliseconds. Default 0. */
  readonly latencyMs?: number;
}

/** A stream without a socket, and the phone at its end. */
export class MemoryStream {
  readonly phone: FakePhone;
  /** How the server has closed it. */
  closed: { readonly code: number; readonly reason: string } | null = null;
  /** Bytes that the phone has not read. */
  pendingBytes = 0;
  readonly #frames: string[] = [];
  #listener: StreamListener | null = null;

  readonly #travel: (arrives: () => void) => void;

  constructor({ latencyMs = 0, ...options }: Omit<FakePhoneOptions, 'send'> & Pick<StreamOptions, 'latencyMs'>) {
    this.#travel = (arrives) => (latencyMs === 0 ? arrives() : void options.clock.after(latencyMs, arrives));
    this.phone = new FakePhone({ ...options, send: (frame) => this.#travel(() => this.send(frame)) });
  }

  /** The server's end. */
  get socket(): StreamSocket {
    const pendingBytes = (): number => this.pendingBytes;
    return {
      get pendingBytes() {
        return pendingBytes();
      },
      open: (listener) => void (this.#listener = listener),
      send: (frame) => {
        if (this.closed === null) this.#travel(() => this.phone.take(frame));
      },
      close: (code, reason) => {
        if (this.closed !== null) return;
        this.closed = { code, reason };
        this.drop();
      },
    };
  }

  /** Sends the server a frame as it is; never while it is at work on another. */
  send(frame: string): void {
    this.#frames.push(frame);
    if (this.#frames.length > 1) return;
    for (let next: string | undefined = frame; next !== undefined; next = this.#frames[0]) {
      this.#listener?.frame(next);
      this.#frames.shift();
    }
  }

  binary(): void {
    this.#listener?.binary();
  }

  /** The connection is gone. */
  drop(): void {
    this.phone.leave();
    const listener = this.#listener;
    this.#listener = null;
    listener?.closed();
  }
}

/** A server without sockets, whose calls have no network. */
export class CallServer {
  readonly clock: VirtualClock = virtualClock();
  readonly line: MemoryLine = memoryLine(this.clock);
  readonly lasting: Lasting;
  readonly #settings: Settings;
  readonly #reception: Reception;
  #isDraining = false;

  constructor(options: Partial<ListenOptions> = {}) {
    const { clock, line } = this;
    this.#settings = settle({ models: { echo, other: echo }, clock, ...options });
    const parts = lastingParts(this.#settings, { state: memoryState(clock), line, isDraining: () => this.#isDraining });
    this.lasting = { ...parts, turns: endlessTurns };
    this.#reception = receive(this.#settings, this.lasting);
  }

  /** From now on it drains. */
  drain(): void {
    this.#isDraining = true;
  }

  async post(path: string, { headers = {}, ...ask }: Ask = {}): Promise<Response> {
    const request = new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: { host: 'localhost', ...headers },
      ...ask,
    });
    return this.#reception.fetch(request, { address: '127.0.0.1' });
  }

  call({ key, query = '', offer = 'v=0', session, ...ask }: AskForCall = {}): Promise<Response> {
    const path = `${callsPath}${query}`;
    if (session === undefined) {
      return this.post(path, { ...ask, headers: { ...bearer(key), 'content-type': 'application/sdp' }, body: offer });
    }
    const body = new FormData();
    body.set('sdp', offer);
    body.set('session', typeof session === 'string' ? session : JSON.stringify(session));
    return this.post(path, { ...ask, headers: bearer(key), body });
  }

  /** Has the webhook of a telephone call come in. */
  ring(asked: Ring = {}): Promise<Response> {
    const { target, headers, body } = webhookOf({ at: this.clock.now(), ...asked });
    return this.post(target, { headers, body });
  }

  /** A telephone calls by SIP. */
  invite(call: SipCall): void {
    this.#reception.invited(call);
  }

  /** A carrier's stream, whose phone has said nothing yet. */
  stream({ path }: Pick<StreamOrder, 'path'>, options: StreamOptions = {}): MemoryStream {
    const named = streamPathOf(path);
    const line = named === null ? undefined : this.#settings.telephony.lines.get(named.carrier);
    if (named === null || line === undefined) throw new Error(`no stream is at ${path}`);
    const stream = new MemoryStream({ carrier: named.carrier, clock: this.clock, ...options });
    join({ ...this.lasting, clock: this.clock, log: silentLog }, { line, path: named, socket: stream.socket });
    return stream;
  }

  /** Calls; gives the id and the other side. */
  async up(ask?: AskForCall): Promise<{ readonly id: string; readonly peer: MemoryPeer }> {
    const answer = await this.call(ask);
    const peer = this.line.peers.at(-1);
    if (answer.status !== 201 || peer === undefined) throw new Error(`no call: ${answer.status}`);
    return { id: answer.headers.get('location')?.split('/').at(-1) ?? '', peer };
  }

  control(id: string, verb: string, key?: string, body?: object): Promise<Response> {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.post(`${callsPath}/${id}/${verb}`, { headers: bearer(key), ...text });
  }

  /** What an upgrade with `?call_id=` comes to, of a server that is full: a join takes no place. */
  knock(id: string, key?: string): Entrance {
    const { models, keys } = this.#settings;
    const headers = bearer(key);
    const knock = { target: `/v1/realtime?call_id=${id}`, header: (name: string) => headers[name] };
    return decideEntrance(knock, {
      keys: keyring(keys.map((each) => each.key)),
      accounts: this.lasting.accounts,
      now: () => this.clock.now(),
      models: modelTable(models),
      betaHeader: 'ignore',
      maxSessions: 0,
      totalBytes: 0,
      sessionCount: () => 0,
      isFull: () => true,
      isDraining: () => this.#isDraining,
      calls: this.lasting.calls,
      holderOf: () => null,
    });
  }

  /** Joins a call by an upgrade. */
  join(id: string, key?: string): Sideband {
    const entrance = this.knock(id, key);
    if (entrance.answer !== 'join') throw new Error(`the call can't be joined: ${entrance.answer}`);
    const [ours, theirs] = memoryPair();
    const events: SeenEvent[] = [];
    const closes: number[] = [];
    theirs.open({
      frame: (text) => events.push(JSON.parse(text)),
      binary() {},
      drained() {},
      closed: ({ code }) => closes.push(code),
    });
    entrance.call.attach(ours);
    return { events, closes, send: (event) => theirs.send(JSON.stringify(event)) };
  }

  /** Makes a client secret. */
  async mint(session: object | undefined, key?: string, of = ''): Promise<string> {
    const path = `/v1/realtime/${of}client_secrets`;
    const answer = await this.post(path, { headers: bearer(key), body: JSON.stringify({ session }) });
    const made: { readonly value: string } = JSON.parse(await answer.text());
    return made.value;
  }
}
