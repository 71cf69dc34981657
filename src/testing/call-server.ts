import { echoModel } from '../engines/echo.ts';
import { decideEntrance, type Entrance } from '../server/admission/decide.ts';
import { keyring } from '../server/admission/keys.ts';
import { modelTable } from '../server/models.ts';
import { type ListenOptions, type Settings, settle } from '../server/options.ts';
import { type Lasting, lastingParts, type Reception, receive } from '../server/reception.ts';
import { endlessTurns } from '../server/session/turns.ts';
import { memoryState } from '../state/memory/state.ts';
import { memoryPair } from '../wire/memory.ts';
import { type MemoryLine, type MemoryPeer, memoryLine } from './call-line.ts';
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

  /** Calls; gives the id and the other side. */
  async up(ask?: AskForCall): Promise<{ readonly id: string; readonly peer: MemoryPeer }> {
    const answer = await this.call(ask);
    const peer = this.line.peers.at(-1);
    if (answer.status !== 201 || peer === undefined) throw new Error(`no call: ${answer.status}`);
    return { id: answer.headers.get('location')?.split('/').at(-1) ?? '', peer };
  }

  control(id: string, verb: string, key?: string): Promise<Response> {
    return this.post(`${callsPath}/${id}/${verb}`, { headers: bearer(key) });
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
