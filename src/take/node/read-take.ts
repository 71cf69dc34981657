import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { wavCodecs } from '../../audio/wav-encoding.ts';
import { readWavHead } from '../../audio/wav-header.ts';
import { type SoundRange, soundFileName } from '../format.ts';
import { readTakeLines, type Take, type TakeSound } from '../reader.ts';
import { TakeError } from '../take-error.ts';
import { base64 } from './base64.ts';

/** How the folder of a take ends, and a take in one file. */
export const folderEnding = '.take';
export const fileEnding = '.take.jsonl';
/** The lines of a take in a folder. */
export const linesName = 'take.jsonl';

/**
 * Reads a take: its folder, the `take.jsonl` in it, or one file with its sound inline. Sound in files is read when it is
 * asked for.
 *
 * @throws {TakeError} where there is none, or it can't be read.
 */
export function readTake(path: string): Take {
  const isFolder = isDirectory(path);
  const file = isFolder ? join(path, linesName) : path;
  const folder = isFolder ? path : dirname(path);
  const isInFolder = isFolder || basename(path) === linesName;
  const text = readText(file, path);
  return readTakeLines(text, {
    name: basename(isInFolder ? folder : path),
    sound: isInFolder ? folderSound(folder) : noSound,
    base64,
  });
}

/**
 * Every take that a path stands for: the one that it is, or those in the folder, by name.
 *
 * @throws {TakeError} where there is none, or one can't be read.
 */
export function readTakes(path: string): readonly Take[] {
  const takes = takesIn(path);
  if (takes.length === 0) throw new TakeError(`There is no take in ${path}.`);
  return takes.map(readTake);
}

/** Paths of takes: the path itself where it is one. */
function takesIn(path: string): readonly string[] {
  if (!isDirectory(path) || exists(join(path, linesName))) return [path];
  return readdirSync(path)
    .filter((name) => name.endsWith(folderEnding) || name.endsWith(fileEnding))
    .toSorted()
    .map((name) => join(path, name));
}

const noSound: TakeSound = { read: () => null };

interface SoundFile {
  readonly dataStart: number;
  readonly bytesPerSample: number;
}

/** Sound in the WAV files of a folder. A file is opened for each reading, so that nothing is left open. */
export function folderSound(folder: string): TakeSound {
  const heads = new Map<string, SoundFile | null>();
  return {
    read(range) {
      const name = soundFileName(range);
      const path = join(folder, name);
      const head = heads.get(name) ?? headOf(path);
      heads.set(name, head);
      return head === null ? null : samplesOf(path, head, range);
    },
  };
}

function headOf(path: string): SoundFile | null {
  const start = bytesAt(path, 0, 512);
  const head = start === null ? null : readWavHead(start);
  if (head?.state !== 'ready') return null;
  return { dataStart: head.dataStart, bytesPerSample: wavCodecs[head.format.encoding].bytesPerSample };
}

function samplesOf(
  path: string,
  { dataStart, bytesPerSample }: SoundFile,
  { from, to }: SoundRange,
): Uint8Array | null {
  const length = (to - from) * bytesPerSample;
  if (length < 0) return null;
  const bytes = bytesAt(path, dataStart + from * bytesPerSample, length);
  return bytes?.length === length ? bytes : null;
}

function bytesAt(path: string, position: number, length: number): Uint8Array | null {
  let file: number | null = null;
  try {
    file = openSync(path, 'r');
    const bytes = new Uint8Array(length);
    const read = readSync(file, bytes, 0, length, position);
    return bytes.subarray(0, read);
  } catch {
    return null;
  } finally {
    if (file !== null) closeSync(file);
  }
}

function readText(file: string, named: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new TakeError(`Can't read the take ${named}: there is no ${basename(file)} that can be read.`, { cause });
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
