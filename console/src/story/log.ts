import type { Direction } from '../../../src/take/format.ts';
import { type Frame, textAt } from './frame.ts';

/** Frames of sound of one kind that are shown as one line. */
export interface FoldedSound {
  readonly frames: number;
  /** Of sound, not of text. */
  readonly bytes: number;
  /** Of the newest. */
  readonly untilT: number;
}

/** A line of the event stream. */
export interface LogRow {
  /** The number of its first frame, from 1. */
  readonly n: number;
  readonly t: number;
  readonly by: Direction;
  readonly type: string;
  /** The frame without its sound. */
  readonly text: string;
  /** Null for what brings no sound. */
  readonly sound: FoldedSound | null;
}

/** The most lines that are kept; past it the oldest tenth goes. */
const mostRows = 200_000;

/** Events after which the sound of the microphone begins a new line. */
const endsInput: ReadonlySet<string> = new Set([
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
]);

/** The frames of a session, both ways, as lines. Grows at its end; a line of sound grows where it stands. */
export class EventLog {
  #rows: LogRow[] = [];
  #frames = 0;
  #dropped = 0;
  readonly #most: number;
  /** Where the open line of each kind of sound stands, counted with the rows that were dropped. */
  readonly #open = new Map<string, number>();

  constructor(most = mostRows) {
    this.#most = most;
  }

  get rows(): readonly LogRow[] {
    return this.#rows;
  }

  /** Every frame that was added, those of sound each for itself. */
  get frames(): number {
    return this.#frames;
  }

  /** Lines that are no more. */
  get dropped(): number {
    return this.#dropped;
  }

  add(frame: Frame): void {
    this.#frames += 1;
    if (endsInput.has(frame.type)) this.#open.delete(inputKey);
    if (frame.sound !== null && this.#fold(frame, frame.sound)) return;
    const { t, by, type, text, sound } = frame;
    const folded = sound === null ? null : { frames: 1, bytes: bytesOf(sound), untilT: t };
    if (folded !== null) this.#open.set(keyOf(frame), this.#dropped + this.#rows.length);
    this.#rows.push({ n: this.#frames, t, by, type, text, sound: folded });
    if (this.#rows.length > this.#most) this.#drop(Math.ceil(this.#most / 10));
  }

  /** Adds sound to its line; says whether there is one. */
  #fold(frame: Frame, sound: string): boolean {
    const place = (this.#open.get(keyOf(frame)) ?? -1) - this.#dropped;
    const row = this.#rows[place];
    if (row === undefined || row.sound === null) return false;
    const { frames, bytes } = row.sound;
    this.#rows[place] = {
      ...row,
      sound: { frames: frames + 1, bytes: bytes + bytesOf(sound), untilT: frame.t },
    };
    return true;
  }

  #drop(count: number): void {
    this.#rows = this.#rows.slice(count);
    this.#dropped += count;
  }
}

const inputKey = 'input';

/** Sound that belongs together: what the microphone gives, or one item's. */
function keyOf({ by, event }: Frame): string {
  return by === '>' ? inputKey : `${textAt(event, 'item_id')} ${String(event['content_index'])}`;
}

function bytesOf(base64: string): number {
  return Math.floor((base64.length * 3) / 4);
}
