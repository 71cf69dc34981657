import type { SoundKey } from '../audio/played-items.ts';
import type { Media, MediaListener } from '../media/media.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Samples of a packet: 20 ms at 24 kHz. */
const packetSamples = 480;
const packetMs = 20;
/** Half a minute. */
const drainedAt = 30 * 24_000;

/** What was played in one packet: nothing, or sound of one item or of several. */
export interface PlayedPacket {
  readonly at: number;
  readonly itemIds: readonly string[];
}

/** The sound of a call under virtual time, with neither codec nor network: packets are sent and heard every 20 ms. */
export interface CallMedia extends Media {
  /** What the peer says from now on: every sample of it has this value. */
  level: number;
  /** Every packet so far, silent ones too. */
  readonly packets: readonly PlayedPacket[];
  readonly hasEnded: boolean;
}

interface Queued {
  readonly key: SoundKey;
  left: number;
}

export function callMedia(clock: VirtualClock): CallMedia {
  return new PacedMedia(clock);
}

class PacedMedia implements CallMedia {
  level = 0;
  hasEnded = false;
  readonly packets: PlayedPacket[] = [];
  readonly #clock: VirtualClock;
  readonly #played = new Map<string, number>();
  readonly #cut = new Set<string>();
  #queue: Queued[] = [];
  #listener: MediaListener | null = null;
  #cancel = (): void => {};

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get waitingSamples(): number {
    return this.#queue.reduce((sum, { left }) => sum + left, 0);
  }

  begin(listener: MediaListener): void {
    this.#listener = listener;
    this.#cancel = this.#clock.after(packetMs, this.#packet);
  }

  play(key: SoundKey, sound: Int16Array): void {
    if (!this.#cut.has(nameOf(key))) this.#queue.push({ key, left: sound.length });
  }

  clear(): void {
    for (const { key } of this.#queue) this.#cut.add(nameOf(key));
    for (const name of this.#played.keys()) this.#cut.add(name);
    this.#queue = [];
  }

  end(): void {
    this.hasEnded = true;
    this.#listener = null;
    this.#cancel();
  }

  readonly #packet = (): void => {
    if (this.#listener === null) return;
    const before = this.waitingSamples;
    const heard = this.#play();
    const after = this.waitingSamples;
    this.packets.push({ at: this.#clock.now(), itemIds: heard.map(({ itemId }) => itemId) });
    for (const key of heard) this.#listener?.played(key, this.#played.get(nameOf(key)) ?? 0);
    if ((before > drainedAt && after <= drainedAt) || (before > 0 && after === 0)) this.#listener?.drained();
    this.#listener?.heard(new Int16Array(packetSamples).fill(this.level));
    this.#cancel = this.#clock.after(packetMs, this.#packet);
  };

  /** Plays a packet of what waits; gives the parts that it holds sound of. */
  #play(): readonly SoundKey[] {
    const heard = new Map<string, SoundKey>();
    for (let room = packetSamples; room > 0; ) {
      const [next] = this.#queue;
      if (next === undefined) break;
      const samples = Math.min(room, next.left);
      room -= samples;
      next.left -= samples;
      const name = nameOf(next.key);
      this.#played.set(name, (this.#played.get(name) ?? 0) + samples);
      heard.set(name, next.key);
      if (next.left === 0) this.#queue.shift();
    }
    return [...heard.values()];
  }
}

function nameOf({ itemId, contentIndex }: SoundKey): string {
  return `${itemId} ${contentIndex}`;
}
