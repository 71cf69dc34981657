import { bytesToTicks } from '../../src/core/audio-clock.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Input } from '../../src/core/input.ts';

type Played = Omit<Extract<Input, { from: 'playback' }>, 'at'>;
type Said = Extract<Effect, { do: 'emit-audio' }>;

/** A packet of 20 ms. */
const packetTicks = 480;

interface Queued {
  readonly itemId: string;
  readonly contentIndex: number;
  left: number;
}

/** Plays what a session says, as slowly as it is asked to; what was cleared it never plays. */
export class CorePlayer {
  readonly #played = new Map<string, number>();
  readonly #cut = new Set<string>();
  #queue: Queued[] = [];
  #last: Queued | null = null;

  get isPlaying(): boolean {
    return this.#queue.length > 0;
  }

  say({ itemId, contentIndex, audio, format }: Said): void {
    if (!this.#cut.has(itemId))
      this.#queue.push({ itemId, contentIndex, left: bytesToTicks(audio.byteLength, format) });
  }

  clear(): void {
    for (const itemId of [...this.#played.keys(), ...this.#queue.map((each) => each.itemId)]) this.#cut.add(itemId);
    this.#last = this.#queue[0] ?? this.#last;
    this.#queue = [];
  }

  /** What is told of the next packet: of each part that it holds sound of. */
  packet(): Played[] {
    const heard = new Map<string, Queued>();
    for (let room = packetTicks; room > 0; ) {
      const [next] = this.#queue;
      if (next === undefined) break;
      const ticks = Math.min(room, next.left);
      room -= ticks;
      next.left -= ticks;
      this.#played.set(next.itemId, (this.#played.get(next.itemId) ?? 0) + ticks);
      heard.set(next.itemId, next);
      if (next.left === 0) this.#queue.shift();
    }
    return [...heard.values()].map((part) => this.#told(part));
  }

  /** News of what was cleared last, which comes too late. */
  late(): Played[] {
    return this.#last === null || !this.#cut.has(this.#last.itemId) ? [] : [this.#told(this.#last, packetTicks)];
  }

  #told({ itemId, contentIndex }: Queued, more = 0): Played {
    const ticks = (this.#played.get(itemId) ?? 0) + more;
    return { from: 'playback', say: 'played', itemId, contentIndex, ticks };
  }
}
