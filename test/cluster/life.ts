import { until } from '../clients/until.ts';
import { connect, type Peer, type SeenEvent } from '../e2e/peer.ts';
import type { Dice } from '../protocol/mutate.ts';

/** Where sessions are had at the moment: `ws://host:port` of each node that takes them. */
export type Ways = () => readonly string[];

export interface LifeOptions {
  readonly name: string;
  readonly ways: Ways;
  readonly dice: Dice;
  /** The key that it opens its session with. */
  readonly key: string;
  /** Its answers are spoken. */
  readonly isSpoken: boolean;
}

/** What the tone of a character takes: 60 ms of 24,000 samples a second, two bytes each. */
const bytesPerCharacter = (60 * 24_000 * 2) / 1000;

/** A conversation that goes on for as long as it is let, whatever becomes of the nodes that hold it. */
export class Life {
  /** How often the session was found in each of the ways there are. */
  readonly found = { continued: 0, restored: 0, recovered: 0 };
  readonly name: string;
  readonly #options: LifeOptions;
  readonly #dice: Dice;
  #peer: Peer | null = null;
  #way = '';
  /** Of the events of this connection, those that have been seen. */
  #seen = 0;
  #sessionId = '';
  #handle = '';
  #after = '';
  /** What is told again now, until all of it has been. */
  #retold: string[] | null = null;
  /** It is known how the session was found on this connection. */
  #isSettled = false;
  /** Items that were sent on this connection. */
  #sent = new Set<string>();
  /** The connection on which the answer of this turn was asked for. */
  #asked: Peer | null = null;
  /** Items that are done, in the order of the conversation, and which of them are acknowledged. */
  #items: string[] = [];
  #acknowledged: ReadonlySet<string> = new Set();
  #acknowledgements = 0;
  /** The ids of all events that were told, on whichever connection. */
  readonly #events = new Set<string>();
  readonly #own: string[] = [];
  readonly #responses = new Map<string, Told>();
  #turns = 0;
  /** How often it has been told to go on elsewhere. */
  #leavings = 0;
  #isOver = false;

  constructor(options: LifeOptions) {
    this.#options = options;
    this.name = options.name;
    this.#dice = options.dice;
  }

  /** Turns that have come to their end. */
  get turns(): number {
    return this.#turns;
  }

  /** How often it was told that all before is written down. */
  get acknowledgements(): number {
    return this.#acknowledgements;
  }

  get sessionId(): string {
    return this.#sessionId;
  }

  /** The address of the node that it is connected to. */
  get way(): string {
    return this.#way;
  }

  /** Talks until `end` is called; what was told is wrong in no way by then, or it rejects. */
  async talk(): Promise<void> {
    await this.#connect(`model=told&resumption=1`);
    for (let turn = 1; !this.#isOver; turn += 1) {
      await this.#turn(turn);
      if (this.#dice(20) === 0) this.#peer?.socket.terminate();
    }
    await this.#lookBack();
  }

  end(): void {
    this.#isOver = true;
  }

  /** Goes on over another connection; gives the one that it has left open, if it had one. */
  leave(): Peer | null {
    this.#leavings += 1;
    const left = this.#peer;
    this.#peer = null;
    return left?.socket.readyState === left?.socket.OPEN ? left : null;
  }

  /** The session goes on until all of a turn has been told, with however many connections that takes. */
  async #turn(turn: number): Promise<void> {
    const item = `item_${this.name}_${turn}`;
    this.#own.push(item);
    const cutAfter = this.#dice(8) === 0 ? this.#dice(12) : Infinity;
    let seen = 0;
    this.#asked = null;
    await until(
      () => `turn ${turn} of ${this.name}: ${this.#peer?.events.map(({ type }) => type).join()}`,
      async () => {
        if (this.#peer === null || !isOpen(this.#peer)) await this.#resume();
        const peer = this.#peer;
        if (peer === null) return false;
        seen += this.#see(peer);
        if (this.#ofTurn(turn)?.status !== undefined && this.#own.every((own) => this.#items.includes(own)))
          return true;
        if (this.#isSettled && this.#asked !== peer) this.#ask(peer, turn);
        if (seen > cutAfter && seen < Infinity) {
          seen = -Infinity;
          peer.socket.terminate();
        }
        return false;
      },
    );
    this.#turns += 1;
  }

  /** Sends what the session lacks of its client's own, and asks for the answer where that has not begun. */
  #ask(peer: Peer, turn: number): void {
    this.#asked = peer;
    for (const id of this.#own) {
      if (this.#items.includes(id) || this.#sent.has(id)) continue;
      this.#sent.add(id);
      const content = [{ type: 'input_text', text: `some words, ${id}` }];
      peer.send({ type: 'conversation.item.create', item: { id, type: 'message', role: 'user', content } });
    }
    if (this.#ofTurn(turn) !== undefined) return;
    const output_modalities = [this.#options.isSpoken ? 'audio' : 'text'];
    peer.send({ type: 'response.create', response: { output_modalities, metadata: { turn: `${turn}` } } });
  }

  #ofTurn(turn: number): Told | undefined {
    return [...this.#responses.values()].find((told) => told.turn === `${turn}`);
  }

  async #resume(): Promise<void> {
    if (this.#peer !== null) this.#see(this.#peer);
    this.#peer = null;
    const query = new URLSearchParams({ resume: this.#handle, after: this.#after });
    await this.#connect(query.toString());
  }

  /** Connects to any node there is; a node that has just gone is no mistake. */
  async #connect(query: string): Promise<void> {
    const leavings = this.#leavings;
    const ways = this.#options.ways();
    const way = ways[this.#dice(ways.length)];
    const peer = way === undefined ? null : await this.#reached(way, query);
    const first = peer?.events[0];
    if (way === undefined || peer === null || first === undefined) return;
    const isGone = (): boolean => !this.#options.ways().includes(way);
    // Or the session's node, to which this one has passed it on.
    if (isGone() || this.#leavings !== leavings) return peer.socket.terminate();
    if (first.type === 'error') return this.#turnedAway(first);
    this.#way = way;
    this.#seen = 0;
    this.#sent = new Set();
    this.#peer = peer;
    // What comes next, even if the connection is lost at once, is known to be told again or not.
    await until(`${this.name} to be told what it has missed`, () => {
      this.#see(peer);
      return this.#isSettled || !isOpen(peer) || this.#peer !== peer || isGone();
    });
    // A node that stands still may have greeted, and will say no more for as long as it does.
    if (!this.#isSettled && isGone()) this.leave()?.socket.terminate();
  }

  /** A node that greets; null where it is gone, or is taken away before it does. */
  async #reached(way: string, query: string): Promise<Peer | null> {
    let peer: Peer | null | undefined;
    const headers = { Authorization: `Bearer ${this.#options.key}` };
    const reaching = connect(`${way}/v1/realtime?${query}`, { headers }).catch(() => null);
    void reaching.then((reached) => (peer = reached));
    await until(`${this.name} to be greeted`, () => {
      const isAnswered = peer === null || (peer !== undefined && (peer.events.length > 0 || !isOpen(peer)));
      return isAnswered || !this.#options.ways().includes(way);
    });
    if (peer !== undefined && peer !== null && peer.events.length > 0) return peer;
    void reaching.then((reached) => reached?.socket.terminate());
    return null;
  }

  /** Nothing but a node that goes down, or a store that is away, is a reason. */
  #turnedAway({ error }: SeenEvent): void {
    const code = Reflect.get(Object(error), 'code');
    if (code !== 'state_unavailable' && code !== 'server_draining')
      throw new Error(`${this.name} was refused: ${code}`);
  }

  /** Takes what has come; gives how much that is. */
  #see(peer: Peer): number {
    const events = peer.events.slice(this.#seen);
    this.#seen += events.length;
    for (const event of events) this.#take(event);
    return events.length;
  }

  #take(event: SeenEvent): void {
    const { type, event_id = '' } = event;
    if (event_id !== '') this.#after = event_id;
    if (event_id !== '' && this.#events.has(event_id)) throw new Error(`${this.name} was told ${type} twice`);
    this.#events.add(event_id);
    if (type === 'error') return this.#failed(event);
    if (type === 'session.created') this.#greeted(event);
    if (type === 'conversation.item.done') this.#done(event);
    if (type === 'session.resumption.updated') this.#acknowledge(String(event['handle']));
    if (type.startsWith('response.')) this.#say(event);
  }

  /** It asked again for an answer that had begun on the connection before, which it is told of now. */
  #failed({ error }: SeenEvent): void {
    const code = Reflect.get(Object(error), 'code');
    if (code === 'conversation_already_has_active_response') return;
    throw new Error(`${this.name}: ${JSON.stringify(error)}`);
  }

  #greeted({ session }: SeenEvent): void {
    const { id, resumption } = session as { id: string; resumption: { handle: string; resumed?: keyof Life['found'] } };
    if (this.#sessionId !== '' && id !== this.#sessionId) throw new Error(`${this.name} is another session`);
    this.#sessionId = id;
    this.#handle = resumption.handle;
    this.#isSettled = false;
    this.#retold = null;
    if (resumption.resumed === undefined) return;
    this.found[resumption.resumed] += 1;
    if (resumption.resumed === 'continued') return;
    this.#retold = [];
    if (resumption.resumed === 'recovered') this.#forget();
  }

  /** What was not acknowledged may never have been. */
  #forget(): void {
    for (const [id, told] of this.#responses) {
      if (told.isAcknowledged) continue;
      if (told.isKnown) this.#responses.set(id, { ...told, text: null, soundBytes: null, status: undefined });
      else this.#responses.delete(id);
    }
  }

  /** What is told again is told in order; what is done while an answer is being said stands behind that. */
  #done({ item, previous_item_id }: SeenEvent): void {
    const id = String(Reflect.get(Object(item), 'id'));
    const list = this.#retold ?? this.#items;
    if (list.includes(id)) throw new Error(`${this.name} was told twice of ${id}`);
    const before = list.indexOf(String(previous_item_id));
    list.splice(this.#retold === null && before >= 0 ? before + 1 : list.length, 0, id);
  }

  #acknowledge(handle: string): void {
    this.#handle = handle;
    if (this.#retold !== null) this.#compare(this.#retold);
    const isFirst = !this.#isSettled;
    this.#isSettled = true;
    // The first of a connection tells only how much sound there is.
    if (isFirst) return;
    this.#acknowledgements += 1;
    this.#acknowledged = new Set(this.#items);
    for (const told of this.#responses.values()) {
      told.isKnown = true;
      if (told.status !== undefined) told.isAcknowledged = true;
    }
  }

  #compare(retold: readonly string[]): void {
    const known = (items: readonly string[]): string => items.filter((id) => this.#acknowledged.has(id)).join();
    if (known(retold) !== known(this.#items)) {
      throw new Error(`${this.name} had ${known(this.#items)}, and has ${retold.join()} on ${this.#way}`);
    }
    this.#items = [...retold];
    this.#retold = null;
    // Answers whose end was told to nobody.
    for (const [id, { status }] of this.#responses) if (status === undefined) this.#responses.delete(id);
  }

  /** The words and the sound of an answer add up, and it ends once. */
  #say(event: SeenEvent): void {
    const { id, status, metadata } = Object(event['response']);
    if (event.type === 'response.created') {
      this.#responses.set(id, {
        turn: metadata?.turn,
        text: '',
        soundBytes: 0,
        status: undefined,
        isKnown: false,
        isAcknowledged: false,
      });
    }
    const told = this.#responses.get(String(event['response_id'] ?? id));
    if (told === undefined) {
      if (event.type === 'response.done') this.#asked = null;
      return;
    }
    this.#hear(told, event);
    if (event.type !== 'response.done') return;
    // One that was asked for twice has stood in the way of this turn's.
    if (told.turn !== `${this.#turns + 1}`) this.#asked = null;
    if (told.status !== undefined) throw new Error(`${this.name}: ${String(id)} has ended twice`);
    told.status = String(status);
  }

  #hear(told: Told, event: SeenEvent): void {
    const { type, delta } = event;
    if (/^response\.output_(?:text|audio_transcript)\.delta$/.test(type) && told.text !== null)
      told.text += String(delta);
    if (type === 'response.output_audio.delta' && told.soundBytes !== null) {
      told.soundBytes += Buffer.from(String(delta), 'base64').length;
    }
    const text = event['text'] ?? event['transcript'];
    if (/^response\.output_(?:text|audio_transcript)\.done$/.test(type) && told.text !== null && told.text !== text) {
      throw new Error(`${this.name} was told "${told.text}" of "${String(text)}"`);
    }
    if (type !== 'response.output_audio.done' || told.text === null || told.soundBytes === null) return;
    const ought = told.text.length * bytesPerCharacter;
    if (told.soundBytes !== ought) throw new Error(`${this.name} heard ${told.soundBytes} bytes of ${ought}`);
  }

  /** All that there is at the end is what was told. */
  async #lookBack(): Promise<void> {
    const told = this.#items;
    this.#acknowledged = new Set(told);
    const endless = [...this.#responses].flatMap(([id, { status }]) => (status === undefined ? [id] : []));
    if (endless.length > 0) throw new Error(`${this.name} was told no end of ${endless.join()}`);
    this.leave()?.socket.terminate();
    this.#isSettled = false;
    await until(`${this.name} to look back`, async () => {
      this.#after = 'no event';
      if (this.#peer === null) await this.#resume();
      return this.#peer !== null && this.#isSettled;
    });
    if (this.#items.join() !== told.join()) throw new Error(`${this.name}: ${told.join()} are ${this.#items.join()}`);
    const own = this.#items.filter((id) => this.#own.includes(id));
    if (own.join() !== this.#own.join()) throw new Error(`${this.name} has said ${this.#own.join()}: ${own.join()}`);
    this.#peer?.socket.close(1000);
  }
}

function isOpen({ socket }: Peer): boolean {
  return socket.readyState === socket.OPEN;
}

/** An answer as it was told. */
interface Told {
  readonly turn: string | undefined;
  /** Null where the beginning may be missing. */
  text: string | null;
  soundBytes: number | null;
  status: string | undefined;
  /** That it has begun is acknowledged; that it has ended. */
  isKnown: boolean;
  isAcknowledged: boolean;
}
