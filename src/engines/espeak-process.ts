import { createWavReader } from '../audio/node/index.ts';
import type { Sound } from './contract.ts';
import type { FilterEnd } from './filter/process.ts';
import { runFilter } from './filter/run.ts';
import { EngineError } from './parts.ts';

export interface PronounceOptions {
  readonly program: string;
  /** What sets the voice. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

/** UTF-8 text on standard input, a WAV file on standard output, no pause after the last sentence. */
const pipes = ['--stdin', '--stdout', '-b', '1', '-z'];

const longestPieceMs = 100;

/**
 * Runs espeak-ng on a text and gives the sound as it comes. The process never outlives the reading: an abort kills it,
 * and so does a reader that stops early. Throws if the program cannot be run, fails, or writes no WAV file.
 */
export async function* pronounce(
  text: string,
  { program, args, signal }: PronounceOptions,
): AsyncGenerator<Sound, void> {
  if (text.trim() === '' || signal.aborted) return;
  const { output, ended, kill } = runFilter({ program, args: [...pipes, ...args], input: withoutPhonemes(text) });
  signal.addEventListener('abort', kill, { once: true });
  try {
    yield* soundOf(output, program, signal);
    const end = await ended;
    if (!end.isBorn) throw notStarted(program, end);
    if (end.problem !== null && !signal.aborted) throw new Error(end.problem);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}

/** The client learns that it is not to blame, and the log why. */
function notStarted(program: string, { code, message }: Extract<FilterEnd, { isBorn: false }>): EngineError {
  const told = `The voice cannot be run (${code}). The server may be out of file handles, processes or memory.`;
  return new EngineError('engine_unavailable', told, { cause: new Error(`${program}: ${message}`) });
}

async function* soundOf(
  output: AsyncIterable<Uint8Array>,
  program: string,
  signal: AbortSignal,
): AsyncGenerator<Sound, void> {
  const wav = createWavReader();
  for await (const chunk of output) {
    const samples = wav.push(chunk);
    if (wav.head.state === 'bad') throw new Error(`${program} wrote no WAV file (${wav.head.problem})`);
    if (wav.head.state === 'partial') continue;
    const { sampleRate } = wav.head.format;
    const length = Math.floor((sampleRate * longestPieceMs) / 1000);
    for (let from = 0; from < samples.length; from += length) {
      if (signal.aborted) return;
      yield { samples: samples.subarray(from, from + length), sampleRate };
    }
  }
}

/** espeak-ng reads what stands in double brackets as phonemes; in a model's words they are brackets. */
function withoutPhonemes(text: string): string {
  return text.replaceAll('[[', '[ [');
}
