import type { JsonObject } from '../../protocol/json.ts';
import type { Wire, WireClosed } from '../../wire/wire.ts';
import { objectIn } from '../json-object.ts';
import type { Take, TakeFrame } from '../reader.ts';
import { type SessionView, ViewFold } from '../view.ts';
import { isAppend } from './script.ts';
import { ServerIds, withIdsOf } from './server-ids.ts';

export interface PlayClientOptions {
  readonly take: Take;
  readonly wire: Wire;
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** Times as fast as it was recorded; Infinity: as soon as the server has said what came before. */
  readonly speed: number;
  /** How long an answer of the server's may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Told of each frame when it is sent, and when it was to be. Default: nobody. */
  readonly sending?: (frame: TakeFrame, plannedAt: number) => void;
}

/** What a server made of the client's part of a take. */
export interface Played {
  readonly recorded: SessionView;
  readonly actual: SessionView;
  /** What was waited for in vain; null if all has come. */
  readonly missing: string | null;
  readonly closed: WireClosed | null;
}

/** What a client waits for before it goes on. */
const milestones: ReadonlySet<unknown> = new Set([
  'session.created',
  'session.updated',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.committed',
  'response.created',
  'response.done',
  'session.closed',
  'conversation.item.truncated',
  'conversation.item.deleted',
  'conversation.item.retrieved',
  'conversation.item.input_audio_transcription.completed',
  'input_audio_buffer.cleared',
  'error',
]);

/** A delta, whose type stands where servers write it. */
const delta = /^\{(?:"event_id": ?"[^"\\]*", ?)?"type": ?"[a-z_.]+\.delta"/;

/** Bytes that may wait for the server before it is left to read. */
const congestedBytes = 1_000_000;

/**
 * Plays the client's part of a take against any server: each event goes out when the server has said as much as the recorded
 * one had, at the recorded distance. Sound goes at the pace at which it was recorded.
 */
export async function playClient(options: PlayClientOptions): Promise<Played> {
  return new ClientPart(options).run();
}

class ClientPart {
  readonly #options: PlayClientOptions;
  readonly #now = { ids: new ServerIds(), fold: new ViewFold(), counts: new Counts() };
  readonly #then = { ids: new ServerIds(), fold: new ViewFold(), counts: new Counts() };
  #changed: () => void = () => {};
  #closed: WireClosed | null = null;
  /** The last cause is an answer that may not have come yet. */
  #awaitsAnswer = false;
  #missing: string | null = null;
  /** When the last cause happened, and when it was recorded to. */
  #anchor: { now: number; t: number };

  constructor(options: PlayClientOptions) {
    this.#options = options;
    this.#anchor = { now: options.clock.now(), t: 0 };
  }

  async run(): Promise<Played> {
    const { take, wire } = this.#options;
    wire.open({
      frame: (text) => this.#heard(text),
      binary: () => {},
      drained: () => this.#changed(),
      closed: (why) => {
        this.#closed = why;
        this.#changed();
      },
    });
    for (const entry of take.entries) {
      if (entry.is !== 'frame') continue;
      const isOver = this.#closed !== null || this.#missing !== null;
      if (entry.by === '<') this.#recorded(entry);
      // Each waits for what comes before it.
      // oxlint-disable-next-line no-await-in-loop
      else if (!isOver) await this.#send(entry);
    }
    await this.#finish();
    wire.close(1000, '');
    return {
      recorded: this.#then.fold.view,
      actual: this.#now.fold.view,
      missing: this.#missing,
      closed: this.#closed,
    };
  }

  #recorded(frame: TakeFrame): void {
    const event = frame.event();
    if (event === null) return;
    this.#then.ids.read(event);
    this.#then.fold.read(event);
    if (milestones.has(event['type'])) {
      this.#then.counts.add(String(event['type']));
      this.#anchor = { now: Math.max(this.#anchor.now, this.#options.clock.now()), t: frame.t };
      this.#awaitsAnswer = true;
    }
  }

  #heard(text: string): void {
    // Most of what comes; nothing here hangs on it.
    if (delta.test(text)) return;
    const event = objectIn(text);
    if (event === null) return;
    this.#now.ids.read(event);
    this.#now.fold.read(event);
    if (milestones.has(event['type'])) this.#now.counts.add(String(event['type']));
    this.#changed();
  }

  async #send(frame: TakeFrame): Promise<void> {
    const { wire, clock, speed } = this.#options;
    const event = frame.event();
    // A microphone waits for nobody.
    if (!isAppend(event?.['type'])) {
      await this.#answers();
      if (this.#awaitsAnswer) this.#anchor = { ...this.#anchor, now: clock.now() };
    }
    this.#awaitsAnswer = false;
    await this.#until('room for more', () => wire.pendingBytes < congestedBytes);
    const plannedAt = this.#anchor.now + (frame.t - this.#anchor.t) / speed;
    const waitMs = plannedAt - clock.now();
    if (Number.isFinite(waitMs) && waitMs > 0) await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
    // Counted from the plan: what is late once is not late for ever.
    this.#anchor = { now: plannedAt, t: frame.t };
    if (this.#missing !== null || this.#closed !== null) return;
    this.#options.sending?.(frame, plannedAt);
    wire.send(this.#text(frame, event));
  }

  /** The frame with the ids of this server. What names none goes out as it was. */
  #text(frame: TakeFrame, event: JsonObject | null): string {
    if (event === null || isAppend(event['type'])) return frame.text();
    const whole = objectIn(frame.text()) ?? event;
    return JSON.stringify(withIdsOf(this.#now.ids, this.#then.ids, whole));
  }

  /** The server has said as much as the recorded one. */
  #answers(): Promise<void> {
    return this.#until(
      () => this.#then.counts.lackIn(this.#now.counts) ?? '',
      () => this.#then.counts.lackIn(this.#now.counts) === null,
    );
  }

  async #finish(): Promise<void> {
    await this.#answers();
    const last = this.#options.take.entries.at(-1);
    if (last?.is === 'closed' && last.closed.by === 'server')
      await this.#until('the close', () => this.#closed !== null);
  }

  async #until(what: string | (() => string), holds: () => boolean): Promise<void> {
    if (this.#missing !== null) return;
    const deadline = { isOver: false };
    const cancel = this.#options.clock.after(this.#options.timeoutMs, () => {
      deadline.isOver = true;
      this.#changed();
    });
    while (!holds() && !deadline.isOver && this.#closed === null) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    cancel();
    if (!holds()) this.#missing = typeof what === 'string' ? what : what();
  }
}

/** How often something has come. */
class Counts {
  readonly #counts = new Map<string, number>();

  add(type: string): void {
    this.#counts.set(type, this.of(type) + 1);
  }

  of(type: string): number {
    return this.#counts.get(type) ?? 0;
  }

  /** What others have less often. */
  lackIn(others: Counts): string | null {
    for (const [type, count] of this.#counts) {
      if (others.of(type) < count) return `${type}${count === 1 ? '' : ` number ${count}`}`;
    }
    return null;
  }
}
