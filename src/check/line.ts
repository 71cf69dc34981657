import type { CheckClock, Connection, ConnectionListener } from './endpoint.ts';
import { Finding } from './finding.ts';
import { at, type Json, quote, type Seen } from './json.ts';
import { Story } from './story.ts';

/** Which vocabulary a connection speaks; frames of the beta are held to no schema. */
export type Family = 'realtime' | 'translation' | 'beta';

export interface LineOptions {
  readonly clock: CheckClock;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly family: Family;
  /** Whether sound has a way of its own beside it. Default false. */
  readonly hasMedia?: boolean;
}

/** A frame that has passed, with the milliseconds since the connection began. */
export interface Passed {
  readonly t: number;
  readonly from: 'client' | 'server';
  readonly text: string;
  /** A binary frame, of which `text` tells the length. */
  readonly isBinary: boolean;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What answers a frame without any model: it is there at once, or never. */
const promptTypes: ReadonlySet<string> = new Set([
  'error',
  'conversation.item.added',
  'conversation.item.done',
  'conversation.item.created',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'conversation.item.deleted',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
]);
/** After so much silence, in milliseconds, a later frame is to show whether such an answer still comes. */
const promptMs = 1000;
/** How much later than the answer to that frame it may still come, in milliseconds. */
const graceMs = 500;

/** More than this on one connection is no answer to a few questions: bytes, and frames. */
const mostBytes = 64_000_000;
const mostFrames = 20_000;

/**
 * A session on raw frames. It repairs nothing: what it is asked for is the first event of that kind that came after the
 * last frame it sent, or a `Finding` when none comes in time.
 */
export class Line implements ConnectionListener {
  readonly family: Family;
  readonly hasMedia: boolean;
  readonly passed: Passed[] = [];
  /** The server's events, in order. */
  readonly seen: Seen[] = [];
  readonly story: Story;
  readonly timeoutMs: number;
  closedWith: Closed | null = null;
  /** Whether the laws hold for it: not where the check itself breaks the session. */
  isJudged = true;
  /** Whether the check waits for nothing more. */
  isLeft = false;
  /** Whether nothing at all came for what was sent last, in all the time that it had. */
  isMute = false;
  /** Whether it was the client that closed. */
  isOursToClose = false;
  readonly #clock: CheckClock;
  readonly #begun: number;
  readonly #waiting = new Set<() => void>();
  readonly #sentIds = new Set<string>();
  #connection: Connection | null = null;
  #bytes = 0;
  #lastId: string | null = null;
  #lastSent = 'the opening';
  #mark = 0;
  #ids = 0;
  #knocks = 0;
  #isClosing = false;
  #isWaking = false;

  constructor({ clock, timeoutMs, family, hasMedia = false }: LineOptions) {
    this.#clock = clock;
    this.#begun = clock.now();
    this.timeoutMs = timeoutMs;
    this.family = family;
    this.hasMedia = hasMedia;
    this.story = new Story(family === 'realtime');
  }

  /** Gives it its connection. */
  begin(connection: Connection): void {
    this.#connection = connection;
  }

  /** The subprotocol that the server selected. */
  get protocol(): string {
    return this.#connection?.protocol ?? '';
  }

  /** How many events had come when the last frame was sent. */
  get mark(): number {
    return this.#mark;
  }

  /** Sends an event, under an `event_id` of its own unless it has one. Returns that id. */
  send(event: Json & { readonly type: string }): string {
    const given = event['event_id'];
    const id = typeof given === 'string' ? given : `check_${++this.#ids}`;
    this.sendText(JSON.stringify({ ...event, event_id: id }), id, event.type);
    return id;
  }

  /** Sends a frame as it stands. */
  sendText(text: string, id: string | null = null, name = quote(text)): void {
    this.#sends(id, name);
    this.#pass(text, id);
  }

  #pass(text: string, id: string | null): void {
    this.#note('client', text);
    this.story.sent(text, id);
    this.#connection?.sendText(text);
  }

  /** Sends a binary frame. */
  sendBinary(bytes: Uint8Array): void {
    this.#sends(null, 'a binary frame');
    this.#note('client', `(${bytes.length} bytes of binary)`, true);
    this.story.mistaken('a binary frame', null);
    this.#connection?.sendBinary(bytes);
  }

  #sends(id: string | null, name: string): void {
    this.#mark = this.seen.length;
    this.#lastId = id;
    this.#lastSent = name;
    if (id !== null) this.#sentIds.add(id);
  }

  frame(text: string): void {
    if (this.#isFlooded()) return;
    this.#note('server', text);
    this.#bytes += text.length;
    const event = eventOf(text);
    if (event === null) this.story.malformed(text);
    else {
      this.seen.push(event);
      this.story.heard(event);
    }
    if (this.#isFlooded()) this.#stop();
    this.#wake();
  }

  binary(bytes: number): void {
    this.#note('server', `(${bytes} bytes of binary)`, true);
    this.story.malformed('(a binary frame)');
    this.#wake();
  }

  closed(code: number, reason: string): void {
    this.isOursToClose ||= this.#isClosing;
    this.closedWith = { code, reason };
    this.story.closed();
    this.#wake();
  }

  /** The events that came after the last frame was sent, or after a mark. */
  since(mark = this.#mark): readonly Seen[] {
    return this.seen.slice(mark);
  }

  /** Those of one type. */
  all(type: string, mark = this.#mark): readonly Seen[] {
    return this.since(mark).filter((event) => event.type === type);
  }

  /** The first event of a type since the last frame was sent, as soon as it comes. An `error` in its stead ends the check. */
  async get(type: string, fits: (event: Seen) => boolean = () => true): Promise<Seen> {
    const mark = this.#mark;
    const sent = this.#lastSent;
    const look = (): Seen | undefined => {
      const found = this.since(mark).find((event) => event.type === type && fits(event));
      if (found !== undefined || type === 'error') return found;
      const refusal = this.since(mark).find((event) => this.#answersLast(event));
      if (refusal === undefined) return undefined;
      throw new Finding('refused', `${sent} was refused with ${describeError(refusal)}; ${type} was expected.`);
    };
    const what = `${type} after ${sent}`;
    const canKnock = promptTypes.has(type) && this.sessionType !== null && this.timeoutMs > promptMs;
    return canKnock ? this.#soon(what, look) : this.until(what, look);
  }

  /** The first event of a type since the connection began, as soon as it comes. */
  first(type: string): Promise<Seen> {
    return this.until(type, () => this.seen.find((event) => event.type === type));
  }

  /** What comes at once or never: where it does not, an update is sent, and its answer shows that nothing is on its way. */
  async #soon(what: string, look: () => Seen | undefined): Promise<Seen> {
    const soon = await unlessSilent(this.until(what, look, promptMs));
    if (soon !== null) return soon;
    const isAnswered = this.#knock();
    const late = await this.until(what, () => look() ?? (isAnswered() ? null : undefined), this.timeoutMs - promptMs);
    const found = late ?? (await unlessSilent(this.until(what, look, graceMs)));
    // Its answer must not be taken for that to an update of the check.
    if (late !== null) await unlessSilent(this.until('session.updated', () => isAnswered() || undefined));
    if (found !== null) return found;
    throw new Finding('silent', `No ${what}, though a later session.update was answered.`);
  }

  /** Sends an update that changes nothing, beside what the check sends. Tells whether it has been answered. */
  #knock(): () => boolean {
    const id = `check_knock_${++this.#knocks}`;
    const from = this.seen.length;
    this.#sentIds.add(id);
    this.#pass(JSON.stringify({ type: 'session.update', event_id: id, session: { type: this.sessionType } }), id);
    return () =>
      this.since(from).some((event) => event.type === 'session.updated' || at(event, 'error.event_id') === id);
  }

  /** The type of session that was opened; null where none was told of, or its vocabulary is another. */
  get sessionType(): 'realtime' | 'transcription' | null {
    if (this.family !== 'realtime') return null;
    const created = this.seen.find(({ type }) => type === 'session.created');
    if (created === undefined) return null;
    return at(created, 'session.type') === 'transcription' ? 'transcription' : 'realtime';
  }

  /** The error that answers what was sent last. */
  refusal(): Promise<Seen> {
    return this.get('error');
  }

  #answersLast(event: Seen): boolean {
    if (event.type !== 'error') return false;
    const id = at(event, 'error.event_id') ?? null;
    return id === null || id === this.#lastId || (typeof id === 'string' && !this.#sentIds.has(id));
  }

  /** Waits until the probe finds something, looking at it with everything that comes. `what` names it. */
  until<T>(what: string, probe: () => T | undefined, ms = this.timeoutMs): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (): void => {
        this.#waiting.delete(look);
        cancel();
      };
      const fail = (kind: 'fail' | 'silent', why: string): void => {
        stop();
        reject(new Finding(kind, why));
      };
      const look = (): void => {
        try {
          const found = probe();
          if (found === undefined) return this.#giveUp(what, fail);
          stop();
          this.story.awaited();
          resolve(found);
        } catch (cause) {
          stop();
          reject(cause);
        }
      };
      const cancel = this.#clock.after(ms, () => {
        this.isMute = ms >= this.timeoutMs / 2 && this.seen.length === this.#mark;
        fail('silent', `No ${what} within ${ms / 1000} s.`);
      });
      this.#waiting.add(look);
      look();
    });
  }

  #giveUp(what: string, fail: (kind: 'fail', why: string) => void): void {
    if (this.#isFlooded()) fail('fail', `The server sends without end: ${this.seen.length} events, and no ${what}.`);
    else if (this.closedWith !== null)
      fail('fail', `The server closed with ${describeClose(this.closedWith)} before ${what}.`);
  }

  #isFlooded(): boolean {
    return this.#bytes > mostBytes || this.passed.length > mostFrames;
  }

  /** The server's close, as soon as it comes. */
  end(): Promise<Closed> {
    return this.until('close', () => this.closedWith ?? undefined);
  }

  pause(): void {
    this.#connection?.pause();
  }

  resume(): void {
    this.#connection?.resume();
  }

  /** Closes and waits for the answer. */
  async hangUp(code = 1000): Promise<Closed> {
    this.leave();
    this.#isClosing = true;
    this.#connection?.close(code, '');
    return this.end();
  }

  /** What still runs will not be waited for. */
  leave(): void {
    this.isLeft = true;
    this.story.left();
  }

  /** Closes and does not wait. */
  drop(): void {
    this.#connection?.resume();
    if (this.closedWith !== null) return;
    this.#isClosing = true;
    this.#connection?.close(1000, '');
  }

  /** What we cut off ourselves is no breach of anything. */
  #stop(): void {
    this.isJudged = false;
    this.drop();
  }

  #note(from: Passed['from'], text: string, isBinary = false): void {
    this.passed.push({ t: this.#clock.now() - this.#begun, from, text, isBinary });
  }

  /** Something has changed that is no frame: whoever waits looks anew. */
  look(): void {
    this.#wake();
  }

  /** Once for all that comes in one go: looking anew at each of ten thousand frames would take for ever. */
  #wake(): void {
    if (this.#isWaking) return;
    this.#isWaking = true;
    queueMicrotask(() => {
      this.#isWaking = false;
      for (const look of this.#waiting) look();
    });
  }
}

/** Null for what did not come in time. */
async function unlessSilent<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (cause) {
    if (cause instanceof Finding && cause.kind === 'silent') return null;
    throw cause;
  }
}

function eventOf(text: string): Seen | null {
  try {
    const event: unknown = JSON.parse(text);
    return isSeen(event) ? event : null;
  } catch {
    return null;
  }
}

function isSeen(value: unknown): value is Seen {
  return typeof at(value, 'type') === 'string' && !Array.isArray(value);
}

export function describeError(event: Seen): string {
  const code = at(event, 'error.code') ?? at(event, 'error.type');
  return `${quote(code)}: ${quote(at(event, 'error.message'))}`;
}

export function describeClose({ code, reason }: Closed): string {
  return reason === '' ? `${code}` : `${code} (${reason})`;
}
