import type { Readable } from 'node:stream';
import { createWavReader } from '../audio/node/index.ts';
import { type PipedChild, startChild } from './child.ts';
import type { Sound } from './contract.ts';
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
const longestComplaint = 500;

/**
 * Runs espeak-ng on a text and gives the sound as it comes. The process never outlives the reading: an abort kills it,
 * and so does a reader that stops early. Throws where the program cannot be run, fails, or writes no WAV file.
 */
export async function* pronounce(
  text: string,
  { program, args, signal }: PronounceOptions,
): AsyncGenerator<Sound, void> {
  if (text.trim() === '' || signal.aborted) return;
  const born = startChild(program, [...pipes, ...args]);
  if ('failure' in born) throw notStarted(program, await born.failure);
  const { child } = born;
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill, { once: true });
  const failure = failureOf(child, program);
  try {
    // A process that ends before it has read everything breaks the pipe; its failure is told by how it ended.
    child.stdin.on('error', () => {});
    child.stdin.end(withoutPhonemes(text));
    yield* soundOf(child.stdout, program, signal);
    const problem = await failure;
    if (problem !== null && !signal.aborted) throw new Error(problem);
  } finally {
    signal.removeEventListener('abort', kill);
    child.stdout.destroy();
    kill();
  }
}

/** The client learns that it is not to blame, and the log why. */
function notStarted(program: string, cause: Error): EngineError {
  const reason = 'code' in cause ? String(cause.code) : cause.name;
  const message = `The voice cannot be run (${reason}). The server may be out of file handles, processes or memory.`;
  return new EngineError('engine_unavailable', message, {
    cause: new Error(`${program}: ${cause.message}`, { cause }),
  });
}

/** Settles when the process is gone: null after a success, else what went wrong. */
function failureOf(child: PipedChild, program: string): Promise<string | null> {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, longestComplaint);
  });
  return new Promise((resolve) => {
    child.once('error', (cause) => resolve(`${program} cannot be run: ${cause.message}`));
    child.once('close', (code, killer) => {
      const how = killer === null ? `ended with code ${code}` : `was killed by ${killer}`;
      resolve(code === 0 ? null : `${program} ${how}: ${complaint.trim() || 'it gave no reason'}`);
    });
  });
}

async function* soundOf(output: Readable, program: string, signal: AbortSignal): AsyncGenerator<Sound, void> {
  const wav = createWavReader();
  for await (const chunk of untilClosed(output)) {
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

/** The bytes of a pipe. One that closes before its end has no more to say; how the process ended tells why. */
async function* untilClosed(output: Readable): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of output) if (chunk instanceof Uint8Array) yield chunk;
  } catch (cause) {
    if (!output.destroyed) throw cause;
  }
}

/** espeak-ng reads what stands in double brackets as phonemes; in a model's words they are brackets. */
function withoutPhonemes(text: string): string {
  return text.replaceAll('[[', '[ [');
}
