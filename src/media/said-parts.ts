import { type SoundKey, soundName } from '../audio/played-items.ts';

/** What is known of one part whose sound is played; in the samples or bytes of whoever plays it. */
export interface SaidPart {
  readonly key: SoundKey;
  waiting: number;
  /** Given out to be heard. */
  played: number;
  /** No more of it comes. */
  isOver: boolean;
  /** It was cleared, and stays silent. */
  isCut: boolean;
}

/** Parts remembered; the oldest of which nothing waits are forgotten first. */
const maxParts = 64;

/** The parts whose sound was given to be played, the latest of them. */
export class SaidParts {
  readonly #all = new Map<string, SaidPart>();

  /** Null where it is not known. */
  find(key: SoundKey): SaidPart | null {
    return this.#all.get(soundName(key)) ?? null;
  }

  /** Known from now on. */
  of(key: SoundKey): SaidPart {
    const known = this.find(key);
    if (known !== null) return known;
    const part = { key, waiting: 0, played: 0, isOver: false, isCut: false };
    this.#all.set(soundName(key), part);
    this.#forget(part);
    return part;
  }

  /** Nothing waits any more of those that are known, and what comes of them later is not played. */
  cut(): void {
    for (const part of this.#all.values()) {
      part.waiting = 0;
      part.isCut = true;
    }
  }

  #forget(but: SaidPart): void {
    for (const [name, part] of this.#all) {
      if (this.#all.size <= maxParts) return;
      if (part.waiting === 0 && part !== but) this.#all.delete(name);
    }
  }
}
