import { WebSocket } from 'ws';
import { until } from '../../clients/until.ts';

/** Where neighbours do their worst. */
export interface Place {
  /** The server under test: `http://host:port`. */
  readonly url: string;
  /** The bad servers that its models and sessions are led to. */
  readonly badUrl: string;
}

/** One kind of bad neighbour. */
export interface Neighbour {
  readonly name: string;
  /** Does it once, and leaves. Rejects where the server did not answer it as it should. */
  readonly visit: (place: Place) => Promise<void>;
  /** It hurts other neighbours as it may, so it comes when they are not there. */
  readonly isAlone?: true;
}

/** Bytes that may wait to be sent before a flood waits. */
const mostWaiting = 4_000_000;

/** A client that looks at no more of what it is sent than the type, and at errors. */
export class Visitor {
  readonly socket: WebSocket;
  /** How often each type of event, and each code of an error, has come. */
  readonly #seen = new Map<string, number>();
  /** Characters of the longest error. */
  longestError = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data: Buffer) => this.#see(data));
    socket.on('close', (code, reason) => this.#count(`close ${code} ${reason}`));
  }

  /** Opens a session with a model. */
  static async meet({ url }: Place, model = 'echo'): Promise<Visitor> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/realtime?model=${model}`);
    const visitor = new Visitor(socket);
    await visitor.sees('session.created');
    return visitor;
  }

  #see(data: Buffer): void {
    const type = /"type":"([^"]*)"/.exec(data.toString('latin1', 0, 80))?.[1] ?? 'nothing';
    this.#count(type);
    if (type !== 'error') return;
    this.longestError = Math.max(this.longestError, data.length);
    this.#count(String(JSON.parse(String(data)).error.code));
  }

  #count(what: string): void {
    this.#seen.set(what, this.count(what) + 1);
  }

  count(what: string): number {
    return this.#seen.get(what) ?? 0;
  }

  get isGone(): boolean {
    return this.socket.readyState === WebSocket.CLOSED;
  }

  send(...events: readonly object[]): void {
    for (const event of events) this.socket.send(JSON.stringify(event));
  }

  /** Sends so many frames as fast as they go out. */
  async flood(count: number, frame: (index: number) => string): Promise<void> {
    for (let index = 0; index < count && !this.isGone; index++) {
      this.socket.send(frame(index));
      if (this.socket.bufferedAmount > mostWaiting)
        await until('the flood to go out', () => this.isGone || this.socket.bufferedAmount < mostWaiting / 2);
    }
  }

  /** Resolves once events of this type, or errors of this code, have come so often. */
  async sees(what: string, times = 1): Promise<void> {
    await until(
      () => `${what}, ${times} times; there came ${JSON.stringify([...this.#seen])}`,
      () => this.count(what) >= times || this.#gone(what),
    );
  }

  #gone(what: string): false {
    if (this.isGone) throw new Error(`was cut before ${what} came; there came ${JSON.stringify([...this.#seen])}`);
    return false;
  }

  /** Resolves once this holds. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await until(() => `${what}; there came ${JSON.stringify([...this.#seen])}`, holds);
  }

  /** Hangs up without a word. */
  async leave(): Promise<void> {
    this.socket.terminate();
    await until('the connection to go', () => this.isGone);
  }
}

/** A neighbour that does what it does in a session of its own, and leaves. */
export function inSession(
  name: string,
  act: (visitor: Visitor, place: Place) => Promise<void>,
  model = 'echo',
): Neighbour {
  return {
    name,
    async visit(place) {
      const visitor = await Visitor.meet(place, model);
      await act(visitor, place);
      await visitor.leave();
    },
  };
}

/** An append of so many bytes of sound. */
export function appendOf(bytes: number): string {
  return JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.alloc(bytes, 1).toString('base64') });
}

/** A typed message of the user. */
export function typed(text: string, id?: string): object {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  return { type: 'conversation.item.create', item: id === undefined ? item : { id, ...item } };
}

/** Asks for an answer, in the conversation or beside it. */
export function create(modality: 'text' | 'audio' = 'text', conversation: 'auto' | 'none' = 'auto'): object {
  return { type: 'response.create', response: { output_modalities: [modality], conversation } };
}

/** Settings of the session. */
export function update(session: object): object {
  return { type: 'session.update', session: { type: 'realtime', ...session } };
}

/** Nobody listens for turns. */
export const noDetection = update({ audio: { input: { turn_detection: null } } });
