import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { pronounce } from './espeak-process.ts';
import type { Synthesizer } from './synthesizer.ts';

/** How to get the voice if it is missing. */
export const espeakHint = 'apt-get install espeak-ng';

const wordsPerMinute = 175;
/** What espeak-ng takes at most and at least. */
const speedRange = [80, 450] as const;

/** It answers within milliseconds, or not at all. */
const longestSilenceMs = 10_000;

/** The API's voices as variants of espeak-ng's one voice per language: higher and lower, softer and harder. */
const variants: ReadonlyMap<string, string> = new Map([
  ['alloy', 'f1'],
  ['ash', 'm3'],
  ['ballad', 'm2'],
  ['cedar', 'm7'],
  ['coral', 'f2'],
  ['echo', 'm1'],
  ['marin', 'f4'],
  ['sage', 'f5'],
  ['shimmer', 'f3'],
  ['verse', 'm4'],
]);

/** The path of `espeak-ng` in the first folder of PATH that has it; null if none has. No shell is asked. */
export function findEspeak(path: string = process.env['PATH'] ?? ''): string | null {
  const name = process.platform === 'win32' ? 'espeak-ng.exe' : 'espeak-ng';
  const candidates = path.split(delimiter).flatMap((folder) => (folder === '' ? [] : [join(folder, name)]));
  return candidates.find(isProgram) ?? null;
}

/** Whether `espeakVoice` can speak on this machine. */
export function espeakInstalled(): boolean {
  return findEspeak() !== null;
}

/** Which espeak-ng, and in which language it speaks. */
export interface EspeakOptions {
  /** Default: espeak-ng as found on PATH. */
  readonly program?: string;
  /** The language of all that is said, by espeak-ng's name. Default en-us. */
  readonly language?: string;
}

/** Speech from espeak-ng, a child process for each text, which may be silent for 10 s. Throws if the program is not installed. */
export function espeakVoice({ program = found(), language = 'en-us' }: EspeakOptions = {}): Synthesizer {
  return {
    silenceMs: longestSilenceMs,
    speak(text, { signal, voice, speed }) {
      const [slowest, fastest] = speedRange;
      const rate = Math.round(Math.min(Math.max(wordsPerMinute * speed, slowest), fastest));
      const variant = variants.get(voice);
      const name = variant === undefined ? language : `${language}+${variant}`;
      return pronounce(text, { program, args: ['-v', name, '-s', String(rate)], signal });
    },
  };
}

function found(): string {
  const program = findEspeak();
  if (program === null) throw new Error(`espeak-ng is not installed: ${espeakHint}`);
  return program;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
