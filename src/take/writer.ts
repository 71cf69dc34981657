import { type AudioFormatName, audioFormats } from '../audio/format.ts';
import { samplesToBytes } from '../audio/pcm16.ts';
import type { JsonObject } from '../protocol/json.ts';
import type { Base64, Direction, Redaction, SoundFormat, TakeClosed, TakeHeader, Track } from './format.ts';
import { objectIn } from './json-object.ts';
import { type Redactor, redactor } from './redact.ts';
import { silenceLike } from './silence.ts';
import { SoundFormats, soundFormat } from './sound-formats.ts';
import { soundFrameIn } from './sound-frame.ts';
import { changeSound, cutSound, markKeysIn, markOf, replaceMarks, trackOf } from './sound-marks.ts';

/** Where a take is written: its lines, and where it is a folder its files of sound. Called in order; sound before the line that names it. */
export interface TakeSink {
  /** One line, with its line end. */
  line(text: string): void;
  /** More bytes of a file of sound. Never called for a take with its sound inline. */
  sound(track: Track, file: number, format: SoundFormat, bytes: Uint8Array): void;
  /** An answer is over: a good moment to make sure that all there is outlives the machine. */
  turn?(): void;
}

/** What a take tells of itself. */
export interface TakeWriterOptions {
  readonly form: 'folder' | 'inline';
  /** Unix milliseconds at which the connection was opened. */
  readonly at: number;
  /** The program that records, and its version. */
  readonly by: string;
  readonly url: string;
  readonly transport: string;
  /** What is left out besides keys and tokens. Default nothing. */
  readonly redact?: readonly Redaction[];
  /** Keys that are known to whoever records: they are left out wherever they stand. */
  readonly secrets?: readonly string[];
  readonly base64: Base64;
  /** What others have left out already. Default nothing. */
  readonly alsoRedacted?: readonly string[];
  /** A take that is copied: its first line stays, and nothing more is left out of it. */
  readonly copyOf?: TakeHeader;
}

/** Writes down a session as it passes. Keeps nothing but the formats of its sound; touches no clock and no file. */
export class TakeWriter {
  readonly #options: TakeWriterOptions;
  readonly #sink: TakeSink;
  readonly #redactor: Redactor;
  readonly #isSilent: boolean;
  readonly #formats = new SoundFormats();
  /** The files of a track by their format, in the order in which they were begun; and the samples that each has. */
  readonly #files: Record<Track, Map<AudioFormatName, SoundFile>> = { in: new Map(), out: new Map() };
  #hasBegun = false;
  #isOver = false;

  constructor(options: TakeWriterOptions, sink: TakeSink) {
    this.#options = options;
    this.#sink = sink;
    this.#redactor = options.copyOf === undefined ? redactor(options.redact ?? [], options.secrets) : asItIs;
    this.#isSilent = options.redact?.includes('audio') === true;
  }

  /** A text frame. `t`: milliseconds since the connection was opened. */
  frame(t: number, by: Direction, text: string): void {
    if (this.#isOver || this.#soundFrame(t, by, text)) return;
    const plain = this.#prepared(text, by);
    const cut = this.#cut(plain, by);
    const event = objectIn(cut.text);
    if (by === '<' && event !== null) this.#formats.read(event);
    this.#begin();
    const shown = this.#shown(plain, cut, event, by);
    this.#sink.line(`{"t":${stamp(t)},"${by}":${shown}}\n`);
    if (by === '<' && event?.['type'] === 'response.done') this.#sink.turn?.();
  }

  /** The short way for a frame of sound of which nothing has to be left out. False if it is none. */
  #soundFrame(t: number, by: Direction, text: string): boolean {
    const found = this.#isSilent || this.#options.form === 'inline' ? null : soundFrameIn(text, by);
    if (found === null) return false;
    const { head, base64, tail } = found;
    const around = `${head}0${tail}`;
    if (this.#redactor.frame(around) !== around) return false;
    const sound = this.#wholeSound(base64, trackOf(by), around);
    if (sound === null) return false;
    this.#begin();
    const mark = this.#stored(trackOf(by), sound.format, sound.bytes);
    this.#sink.line(`{"t":${stamp(t)},"${by}":${head}${mark}${tail}}\n`);
    return true;
  }

  /** A binary frame, of which the API has none. */
  binary(t: number, by: Direction, bytes: Uint8Array): void {
    if (this.#isOver) return;
    this.#begin();
    const held = this.#isSilent ? new Uint8Array(bytes.length) : bytes;
    this.#sink.line(`{"t":${stamp(t)},"${by}":{"$b64":"${this.#options.base64.encode(held)}"}}\n`);
  }

  /** Sound of a track or a telephone, which has no frames: what was heard, at 24 kHz. */
  heard(t: number, samples: Int16Array): void {
    this.#track(t, 'in', samples, '');
  }

  /** Likewise what was played, and of which item. */
  played(t: number, samples: Int16Array, itemId: string | null): void {
    this.#track(t, 'out', samples, itemId === null ? '' : `,"item_id":${JSON.stringify(itemId)}`);
  }

  /** The last line; what comes after it is not taken any more. */
  closed(t: number, { by, code, reason }: TakeClosed): void {
    if (this.#isOver) return;
    this.#begin();
    this.#isOver = true;
    this.#sink.line(`${JSON.stringify({ t: stamp(t), closed: { by, code, reason: this.#redactor.text(reason) } })}\n`);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { at: openedAt, by, url, transport, redact = [], alsoRedacted = [] } = this.#options;
    const header: TakeHeader = {
      take: 1,
      at: new Date(openedAt).toISOString(),
      by,
      url: this.#redactor.url(url),
      transport,
      in: soundFormat(this.#fileOf('in', this.#formats.of('in')).format),
      out: soundFormat(this.#fileOf('out', this.#formats.of('out')).format),
      redacted: ['keys', ...redact, ...alsoRedacted],
    };
    const { copyOf = header } = this.#options;
    this.#sink.line(`${JSON.stringify({ ...copyOf, in: header.in, out: header.out })}\n`);
  }

  /** One line of text, without the sound that must not be kept. */
  #prepared(text: string, by: Direction): string {
    const line = text.includes('\n') || text.includes('\r') ? text.replaceAll(/[\r\n]/g, ' ') : text;
    if (!this.#isSilent) return line;
    const named = line.includes('\\u') ? plainly(line) : line;
    const format = this.#formats.of(trackOf(by));
    return changeSound(named, (base64) => this.#options.base64.encode(silenceLike(base64, format)));
  }

  #cut(text: string, by: Direction): Cut {
    const sounds: CutSound[] = [];
    const track = trackOf(by);
    // What already looks like a mark is kept as a text, and its sound within it.
    const left = cutSound(text, by, (base64) => {
      const bytes = this.#wholeSound(base64, track, text);
      if (bytes === null) return null;
      sounds.push({ ...bytes, base64 });
      return markOf({ track, file: 1, from: sounds.length - 1, to: sounds.length });
    });
    return { text: left, sounds };
  }

  /** Sound that can be given back to the byte; null if it stays as it came. */
  #wholeSound(base64: string, track: Track, text: string): Omit<CutSound, 'base64'> | null {
    const bytes = base64 === '' ? null : this.#options.base64.decode(base64);
    if (bytes === null) return null;
    const lastGroup = bytes.subarray(bytes.length - (bytes.length % 3 || 3));
    if (this.#options.base64.encode(lastGroup) !== base64.slice(-4)) return null;
    const format = this.#formats.of(track, track === 'out' ? responseIn(text) : null);
    return bytes.length % audioFormats[format].bytesPerSample === 0 ? { bytes, format } : null;
  }

  #shown(plain: string, cut: Cut, event: JsonObject | null, by: Direction): string {
    const marks = cut.sounds.length;
    if (event === null || markKeysIn(cut.text) !== marks) {
      return `{"$text":${JSON.stringify(this.#redactor.frame(plain))}}`;
    }
    const kept = this.#redactor.frame(cut.text);
    if (marks === 0) return kept;
    const isInline = this.#options.form === 'inline';
    return replaceMarks(kept, ({ from }) => {
      const sound = cut.sounds[from];
      if (sound === undefined) return 'null';
      return isInline ? `"${sound.base64}"` : this.#stored(trackOf(by), sound.format, sound.bytes);
    });
  }

  #track(t: number, track: Track, samples: Int16Array, more: string): void {
    if (this.#isOver) return;
    this.#begin();
    const bytes = samplesToBytes(this.#isSilent ? new Int16Array(samples.length) : samples);
    const held =
      this.#options.form === 'inline'
        ? `"${this.#options.base64.encode(bytes)}"`
        : rangeText(this.#stored(track, 'audio/pcm', bytes));
    this.#sink.line(`{"t":${stamp(t)},"${track}":${held}${more}}\n`);
  }

  /** Keeps sound in its file, and gives its mark. */
  #stored(track: Track, format: AudioFormatName, bytes: Uint8Array): string {
    const held = this.#fileOf(track, format);
    const from = held.samples;
    held.samples += bytes.length / audioFormats[format].bytesPerSample;
    this.#sink.sound(track, held.file, soundFormat(format), bytes);
    return markOf({ track, file: held.file, from, to: held.samples });
  }

  #fileOf(track: Track, format: AudioFormatName): SoundFile {
    const files = this.#files[track];
    const held = files.get(format) ?? { format, file: files.size + 1, samples: 0 };
    files.set(format, held);
    return held;
  }
}

const asItIs: Redactor = { frame: (text) => text, text: (text) => text, url: (url) => url };

interface SoundFile {
  readonly format: AudioFormatName;
  readonly file: number;
  samples: number;
}

/** A frame without its sound: a mark for each piece, whose range is its place in the list. */
interface Cut {
  readonly text: string;
  readonly sounds: readonly CutSound[];
}

interface CutSound {
  readonly base64: string;
  readonly bytes: Uint8Array;
  readonly format: AudioFormatName;
}

/** Milliseconds with three decimals at most. */
function stamp(t: number): number {
  return Math.round(t * 1000) / 1000;
}

/** The same event with its keys spelled as they are meant. */
function plainly(text: string): string {
  const event = objectIn(text);
  return event === null ? text : JSON.stringify(event);
}

/** `[from,to]`, and the file where it is not the first. */
function rangeText(mark: string): string {
  return mark.replace(/^\{"\$\w+":|\}$/g, '');
}

function responseIn(text: string): string | null {
  return /"response_id"[ \t]*:[ \t]*"([^"\\]*)"/.exec(text)?.[1] ?? null;
}
