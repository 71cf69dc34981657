import type { Saved } from '../../state/snapshots.ts';
import type { Clock } from '../clock.ts';

/** How often a session is written down at most, in milliseconds; a long one less often, a millisecond for each thousand bytes. */
const everyMs = 250;
const bytesPerMs = 1000;
/** What has changed together is written down together: what a turn changes comes within so many milliseconds. */
const togetherMs = 50;
/** When it is tried again where the store did not answer, or is not relied upon yet, in milliseconds. */
const againMs = 1000;

/** A session as it was written down. */
export interface Writing {
  readonly bytes: number;
  readonly is: Saved;
}

export interface SaverOptions {
  readonly clock: Clock;
  /** Runs something when the session's frames and its sound do not wait for it. `bytes`: what was written last time. */
  readonly later: (run: () => void, bytes: number) => void;
  /** Writes the session down as it is now. */
  readonly write: () => Promise<Writing>;
  /** It was written down, with all that has changed by now. */
  readonly saved: () => void;
  /** Another has the session. */
  readonly fenced: () => void;
  readonly failed: (cause: unknown) => void;
  /** How often it is written anew where nothing changes, since what was written is forgotten at a time, in milliseconds. */
  readonly refreshMs: number;
}

/** Writes a session down when it has changed: soon, seldom, and one after the other. */
export class Saver {
  readonly #options: SaverOptions;
  #isDirty = false;
  #isStopped = false;
  #saving: Promise<void> | null = null;
  #callOff: (() => void) | null = null;
  /** 0: at once. */
  #nextAt = 0;
  #bytes = 0;

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  /** There is something to write down. */
  changed(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    if (this.#nextAt > 0) this.#nextAt = Math.max(this.#nextAt, this.#options.clock.now() + togetherMs);
    if (this.#saving === null) this.#plan();
  }

  /** The store may hold nothing of it any more: it is written down at once. */
  anew(): void {
    this.#isDirty = true;
    this.#nextAt = 0;
    if (this.#saving === null) this.#plan();
  }

  /** Writes it down now, with all that changes meanwhile; resolves when it is, or can't be. */
  async flush(): Promise<void> {
    await this.#saving;
    this.#isDirty = true;
    // Only while what changes meanwhile is little: whoever waits does not wait for ever.
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    for (let tries = 0; tries < 3 && this.#isDirty && !this.#isStopped; tries += 1) await this.#save();
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff?.();
    this.#callOff = null;
    await this.#saving;
  }

  #plan(): void {
    this.#callOff?.();
    this.#callOff = null;
    if (this.#isStopped) return;
    const { clock, later, refreshMs } = this.#options;
    const waitMs = this.#isDirty ? this.#nextAt - clock.now() : refreshMs;
    const save = (): void => void this.#save();
    if (waitMs <= 0) later(save, this.#bytes);
    else this.#callOff = clock.after(waitMs, () => later(save, this.#bytes));
  }

  #save(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    this.#saving ??= this.#write().finally(() => {
      this.#saving = null;
      this.#plan();
    });
    return this.#saving;
  }

  async #write(): Promise<void> {
    const { clock, write, saved, fenced, failed } = this.#options;
    this.#isDirty = false;
    try {
      const { bytes, is } = await write();
      this.#bytes = bytes;
      if (is === 'refused') return fenced();
      if (is === 'unsettled') this.#isDirty = true;
      this.#nextAt = clock.now() + (is === 'unsettled' ? againMs : Math.max(everyMs, bytes / bytesPerMs));
      // What was told meanwhile is not written down yet: the next time tells of both.
      if (!this.#isStopped && !this.#isDirty) saved();
    } catch (cause) {
      this.#isDirty = true;
      this.#nextAt = clock.now() + againMs;
      failed(cause);
    }
  }
}
