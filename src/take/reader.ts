import { isJsonObject, type JsonObject } from '../protocol/json.ts';
import type { Base64, Direction, SoundFormat, SoundRange, TakeClosed, TakeHeader, Track } from './format.ts';
import { objectIn } from './json-object.ts';
import { formatNamed, soundFormat } from './sound-formats.ts';
import { replaceMarks } from './sound-marks.ts';
import { TakeError } from './take-error.ts';

/** One whole text frame of a recording. Neither of its forms is kept: ask for what is needed. */
export interface TakeFrame {
  readonly is: 'frame';
  /** Its line in the file, from 1. */
  readonly line: number;
  /** Milliseconds since the connection was opened. */
  readonly t: number;
  readonly by: Direction;
  /** The frame as it was sent, its sound included. `change` is given it before its sound is filled in. */
  text(change?: (withoutSound: string) => string): string;
  /** The event with marks in the place of sound that is kept beside it; null if it is no JSON object. */
  event(): JsonObject | null;
}

/** Anything that a line of a take holds. */
export type TakeEntry =
  | TakeFrame
  | {
      readonly is: 'binary';
      readonly line: number;
      readonly t: number;
      readonly by: Direction;
      readonly bytes: Uint8Array;
    }
  /** Sound of a track, which has no frames: PCM of 24 kHz. */
  | {
      readonly is: 'sound';
      readonly line: number;
      readonly t: number;
      readonly track: Track;
      readonly itemId: string | null;
      bytes(): Uint8Array;
    }
  | { readonly is: 'closed'; readonly line: number; readonly t: number; readonly closed: TakeClosed };

/** Where the sound of a take is kept. */
export interface TakeSound {
  /** The bytes of samples in their own format; null if they are not there. */
  read(range: SoundRange): Uint8Array | null;
}

/** A recorded session. */
export interface Take {
  /** What it is called in messages. */
  readonly name: string;
  readonly header: TakeHeader;
  readonly entries: readonly TakeEntry[];
}

export interface ReadTakeOptions {
  /** What the take is called in messages. */
  readonly name: string;
  readonly sound: TakeSound;
  readonly base64: Base64;
}

/**
 * Reads the lines of a take. A last line that a crash has cut short is left out, and so is sound that did not reach its
 * file with all that comes after it.
 *
 * @throws {TakeError} that names the first line which is none of a take.
 */
export function readTakeLines(text: string, options: ReadTakeOptions): Take {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  // Without its line end it is whole only if it can be read.
  if (last !== '' && objectIn(last) !== null) lines.push(last);
  const [first = '', ...rest] = lines;
  const header = headerOf(first, options.name);
  const entries: TakeEntry[] = [];
  for (const [index, line] of rest.entries()) {
    if (line.trim() === '') continue;
    const entry = entryOf(line, index + 2, options);
    if (!isThere(line, entry, options.sound)) break;
    entries.push(entry);
  }
  return { name: options.name, header, entries };
}

function headerOf(line: string, name: string): TakeHeader {
  const value = objectIn(line);
  if (value === null || value['take'] === undefined)
    throw new TakeError(`${name} is no take: its first line is {"take":1,…}.`);
  if (value['take'] !== 1)
    throw new TakeError(`${name} is a take of version ${JSON.stringify(value['take'])}, and only 1 is known.`);
  const { at, by, url, transport, redacted } = value;
  return {
    take: 1,
    at: textOr(at, ''),
    by: textOr(by, ''),
    url: textOr(url, ''),
    transport: textOr(transport, 'websocket'),
    in: formatOf(value['in']),
    out: formatOf(value['out']),
    redacted: Array.isArray(redacted) ? redacted.filter((each) => typeof each === 'string') : [],
  };
}

function formatOf(value: unknown): SoundFormat {
  return soundFormat(formatNamed(isJsonObject(value) ? value['format'] : null) ?? 'audio/pcm');
}

/** A line as our writer writes it, so that the frame within it is found as it came. */
const written = /^\{"t":-?[\d.]+,"[<>]":(.*)\}$/s;

function entryOf(text: string, line: number, options: ReadTakeOptions): TakeEntry {
  const value = objectIn(text);
  const t = value?.['t'];
  if (value === null || typeof t !== 'number') throw wrong(options.name, line, 'it is no JSON object with a time "t"');
  const place = { line, t };
  for (const by of ['<', '>'] as const) {
    if (value[by] !== undefined) return framed(value[by], { text, by, ...place }, options);
  }
  for (const track of ['in', 'out'] as const) {
    if (value[track] !== undefined) return soundEntry(value, { track, ...place }, options);
  }
  if (isJsonObject(value['closed'])) return { is: 'closed', ...place, closed: closedOf(value['closed']) };
  throw wrong(options.name, line, 'it has none of "<", ">", "in", "out" and "closed"');
}

interface FramePlace {
  readonly text: string;
  readonly by: Direction;
  readonly line: number;
  readonly t: number;
}

function framed(value: unknown, { text, by, line, t }: FramePlace, options: ReadTakeOptions): TakeEntry {
  if (isJsonObject(value)) {
    if (typeof value['$b64'] === 'string') {
      return { is: 'binary', line, t, by, bytes: options.base64.decode(value['$b64']) ?? new Uint8Array() };
    }
    if (typeof value['$text'] === 'string') {
      const whole = value['$text'];
      return { is: 'frame', line, t, by, text: (change = asItIs) => change(whole), event: () => objectIn(whole) };
    }
  }
  const raw = written.exec(text)?.[1] ?? JSON.stringify(value);
  return {
    is: 'frame',
    line,
    t,
    by,
    text: (change = asItIs) => filled(change(raw), line, options),
    event: () => objectIn(raw),
  };
}

const asItIs = (text: string): string => text;

function filled(raw: string, line: number, { sound, base64, name }: ReadTakeOptions): string {
  return replaceMarks(raw, (range) => {
    const bytes = sound.read(range);
    if (bytes === null) throw wrong(name, line, 'its sound is not there');
    return `"${base64.encode(bytes)}"`;
  });
}

function soundEntry(
  value: JsonObject,
  { track, line, t }: { readonly track: Track; readonly line: number; readonly t: number },
  options: ReadTakeOptions,
): TakeEntry {
  const held = value[track];
  const itemId = typeof value['item_id'] === 'string' ? value['item_id'] : null;
  const range = rangeOf(held, track, value['file']);
  if (range === null && typeof held !== 'string')
    throw wrong(options.name, line, `"${track}" is neither [from, to] nor sound`);
  const bytes = (): Uint8Array =>
    (range === null ? options.base64.decode(String(held)) : options.sound.read(range)) ?? new Uint8Array();
  return { is: 'sound', line, t, track, itemId, bytes };
}

function rangeOf(value: unknown, track: Track, file: unknown): SoundRange | null {
  if (!Array.isArray(value)) return null;
  const [from, to]: unknown[] = value;
  return typeof from === 'number' && typeof to === 'number'
    ? { track, from, to, file: typeof file === 'number' ? file : 1 }
    : null;
}

/** Whether all sound that a line names has reached its file. */
function isThere(text: string, entry: TakeEntry, sound: TakeSound): boolean {
  let isWhole = true;
  const look = (range: SoundRange): string => {
    isWhole &&= sound.read({ ...range, from: Math.max(range.from, range.to - 1) }) !== null;
    return '';
  };
  if (entry.is === 'frame') replaceMarks(text, look);
  if (entry.is === 'sound') {
    const value = objectIn(text);
    const range = rangeOf(value?.[entry.track], entry.track, value?.['file']);
    if (range !== null) look(range);
  }
  return isWhole;
}

function closedOf({ by, code, reason }: JsonObject): TakeClosed {
  return {
    by: by === 'client' ? 'client' : 'server',
    code: typeof code === 'number' ? code : 1005,
    reason: textOr(reason, ''),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function wrong(name: string, line: number, what: string): TakeError {
  return new TakeError(`Line ${line} of ${name} is none of a take: ${what}.`);
}
