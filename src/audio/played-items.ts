/** One content part of one item: what sound belongs to. */
export interface SoundKey {
  readonly itemId: string;
  readonly contentIndex: number;
}

/** By this one part is told apart from others. */
export function soundName({ itemId, contentIndex }: SoundKey): string {
  return `${contentIndex} ${itemId}`;
}

/** How far the sound of one content part has come. Counts are of the samples that were given to play. */
export interface PlayedSound extends SoundKey {
  /** Samples that have been played, never more than were received. */
  readonly playedSamples: number;
  /** The same in whole milliseconds, rounded down. */
  readonly playedMs: number;
  readonly receivedSamples: number;
  /** True once more of this part is refused: playback was cleared, or too much was waiting. */
  readonly isCut: boolean;
}

/** A run of a part's samples that are played without a gap. `lead` samples of its stream come before it. */
interface Run {
  readonly sound: Sound;
  readonly streamFrame: number;
  readonly lead: number;
  samples: number;
}

interface Sound extends SoundKey {
  received: number;
  /** Samples of runs that are over. */
  played: number;
  isCut: boolean;
}

/** Parts remembered; the oldest that have nothing left to play are forgotten first. */
const maxSounds = 64;

/**
 * Which samples of which part lie where on the timeline of an output. The timeline counts frames, the output's own
 * samples, and never goes back. A stream is a stretch of sound without a gap that begins at some frame.
 */
export class PlayedItems {
  readonly #samplesPerSecond: number;
  readonly #framesPerSecond: number;
  readonly #sounds: Sound[] = [];
  #runs: Run[] = [];
  #heard = 0;

  constructor(samplesPerSecond: number, framesPerSecond: number) {
    this.#samplesPerSecond = samplesPerSecond;
    this.#framesPerSecond = framesPerSecond;
  }

  /** Counts samples that came to be played. */
  receive(key: SoundKey, samples: number): void {
    this.#sound(key).received += samples;
  }

  isCut(key: SoundKey): boolean {
    return this.#find(key)?.isCut ?? false;
  }

  /** Places samples, behind `lead` others of the stream that begins at frame `streamFrame`. */
  place(key: SoundKey, samples: number, streamFrame: number, lead: number): void {
    const sound = this.#sound(key);
    const last = this.#runs.at(-1);
    const goesOn = last?.sound === sound && last.streamFrame === streamFrame && last.lead + last.samples === lead;
    if (goesOn) last.samples += samples;
    else this.#runs.push({ sound, streamFrame, lead, samples });
  }

  /** Nothing that lies at `frame` or later will be played, nor anything that is still to come of the parts known. */
  cutAt(frame: number): void {
    for (const run of this.#runs) run.samples = this.#playedOf(run, frame);
    this.#runs = this.#runs.filter((run) => run.samples > 0);
    for (const sound of this.#sounds) sound.isCut = true;
  }

  /** Nothing more of this part will be received. */
  cut(key: SoundKey): void {
    this.#sound(key).isCut = true;
  }

  /**
   * All parts that are remembered, in the order they came, as they stand when `heard` frames have been heard. What was
   * heard once stays heard, though the output may find that it is slower than it thought.
   */
  at(heard: number): PlayedSound[] {
    const frame = Math.max(this.#heard, heard);
    this.#heard = frame;
    this.#settle(frame);
    return this.#sounds.map((sound) => {
      const { itemId, contentIndex, received: receivedSamples, isCut } = sound;
      const playedSamples = sound.played + this.#playedInRuns(sound, frame);
      const playedMs = Math.floor((playedSamples * 1000) / this.#samplesPerSecond);
      return { itemId, contentIndex, playedSamples, playedMs, receivedSamples, isCut };
    });
  }

  #find({ itemId, contentIndex }: SoundKey): Sound | undefined {
    return this.#sounds.find((sound) => sound.itemId === itemId && sound.contentIndex === contentIndex);
  }

  #sound({ itemId, contentIndex }: SoundKey): Sound {
    const known = this.#find({ itemId, contentIndex });
    if (known !== undefined) return known;
    const sound = { itemId, contentIndex, received: 0, played: 0, isCut: false };
    this.#sounds.push(sound);
    if (this.#sounds.length > maxSounds) this.#forgetOne();
    return sound;
  }

  #forgetOne(): void {
    const isOver = (sound: Sound): boolean => sound.isCut || sound.played === sound.received;
    const index = this.#sounds.findIndex((sound) => isOver(sound) && !this.#runs.some((run) => run.sound === sound));
    if (index >= 0 && index < this.#sounds.length - 1) this.#sounds.splice(index, 1);
  }

  /** Runs that are over become a number. */
  #settle(frame: number): void {
    this.#runs = this.#runs.filter((run) => {
      if (this.#playedOf(run, frame) < run.samples || run === this.#runs.at(-1)) return true;
      run.sound.played += run.samples;
      return false;
    });
  }

  #playedOf(run: Run, frame: number): number {
    const elapsed = Math.floor(((frame - run.streamFrame) * this.#samplesPerSecond) / this.#framesPerSecond);
    return Math.max(0, Math.min(run.samples, elapsed - run.lead));
  }

  #playedInRuns(sound: Sound, frame: number): number {
    return this.#runs.reduce((sum, run) => (run.sound === sound ? sum + this.#playedOf(run, frame) : sum), 0);
  }
}

/** The parts that are not as they were before. */
export function changedSounds(before: readonly PlayedSound[], now: readonly PlayedSound[]): PlayedSound[] {
  return now.filter((sound) => !before.some((old) => isSame(old, sound)));
}

function isSame(a: PlayedSound, b: PlayedSound): boolean {
  return (
    a.itemId === b.itemId &&
    a.contentIndex === b.contentIndex &&
    a.playedSamples === b.playedSamples &&
    a.receivedSamples === b.receivedSamples &&
    a.isCut === b.isCut
  );
}
