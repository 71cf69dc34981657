import assert from 'node:assert/strict';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { Pieces, Sound } from '../../engines/contract.ts';
import type { Transcriber } from '../../engines/parts.ts';
import { soundPieces } from '../../engines/sound-pieces.ts';
import {
  type ContractOptions,
  type ContractTest,
  defaultPatienceMs,
  defaultStopWithinMs,
  inTime,
} from './contract-test.ts';
import { allPieces, endsOnce, gather, type Start, stopsAfter } from './pieces.ts';
import { streamingUtteranceOf, utteranceOf } from './requests.ts';
import { oddSounds, someSound } from './sounds.ts';

/** The sound that a transcriber gets while its contract is checked. */
export interface TranscriberContractOptions extends ContractOptions {
  /** Something that the transcriber understands. Default: tones, which have no transcript. */
  readonly speech?: Sound;
}

type Heard = Start<TranscriberOutput>;

/** What any transcriber must keep: `transcribeStream` too, if it has one. */
export function transcriberContract(
  transcriber: Transcriber,
  options: TranscriberContractOptions = {},
): readonly ContractTest[] {
  const speech = options.speech ?? someSound();
  const hearing =
    (sound: Sound | null): Heard =>
    (signal) =>
      transcriber.transcribe(utteranceOf(sound), signal);
  const hear = async (start: Heard): Promise<void> => areWords(await allPieces(start, options));
  const stops = (pieces: number) => stopsAfter(hearing(speech), pieces, { ...options, mayThrow: true });
  return [
    { name: 'ends an utterance once, and last', run: () => hear(hearing(speech)) },
    ...oddSounds.map(([what, sound]) => ({ name: `takes ${what}`, run: () => hear(hearing(sound)) })),
    {
      name: 'hears several utterances at the same time',
      run: async () => void (await Promise.all([speech, someSound(8000), speech].map((each) => hear(hearing(each))))),
    },
    { name: 'does not begin after an abort', run: () => stops(0) },
    { name: 'stops at once when it is aborted', run: () => stops(1) },
    ...streamTests(transcriber, speech, options),
  ];
}

function streamTests(transcriber: Transcriber, speech: Sound, options: ContractOptions): readonly ContractTest[] {
  const transcribe = transcriber.transcribeStream?.bind(transcriber);
  if (transcribe === undefined) return [];
  const streaming =
    (sound: AsyncIterable<Sound>): Heard =>
    (signal) =>
      transcribe(streamingUtteranceOf(sound), signal);
  const hear = async (sound: AsyncIterable<Sound>): Promise<void> =>
    areWords(await allPieces(streaming(sound), options));
  return [
    { name: 'follows speech to its end', run: () => hear(stream(speech)) },
    {
      name: 'follows speech that ends before it began',
      run: () => hear(stream({ ...speech, samples: new Int16Array(0) })),
    },
    { name: 'follows speech that comes sample by sample', run: () => hear(stream(speech, 1)) },
    {
      name: 'stops following at once when the speech is discarded',
      run: () => stopsAfter(streaming(endless(AbortSignal.abort())), 0, { ...options, mayThrow: true }),
    },
    {
      name: 'stops following while it waits for more speech',
      run: () => stopsWhileWaiting(streaming, speech, options),
    },
  ];
}

/** Speech that goes on for ever after its first second: the abort comes while more is awaited. */
async function stopsWhileWaiting(
  following: (sound: AsyncIterable<Sound>) => Heard,
  speech: Sound,
  options: ContractOptions,
): Promise<void> {
  const controller = new AbortController();
  let tell = (): void => {};
  const waits = new Promise<void>((resolve) => {
    tell = resolve;
  });
  async function* sound(): AsyncGenerator<Sound> {
    yield* stream(speech);
    tell();
    yield* endless(controller.signal);
  }
  const heard = drain(following(sound())(controller.signal));
  await inTime(Promise.race([waits, heard]), options.patienceMs ?? defaultPatienceMs, 'all speech is taken');
  controller.abort();
  await inTime(heard, options.stopWithinMs ?? defaultStopWithinMs, 'it stops after an abort');
}

/** What is thrown because of the abort does not count. */
async function drain(heard: Pieces<TranscriberOutput>): Promise<void> {
  try {
    await gather(heard);
  } catch {
    // Stopped by a throw: stopped all the same.
  }
}

async function* stream(sound: Sound, firstSamples = 0): AsyncGenerator<Sound> {
  const { samples, sampleRate } = sound;
  for (let at = 0; at < firstSamples * 50; at += firstSamples) {
    yield { samples: samples.slice(at, at + firstSamples), sampleRate };
  }
  yield* soundPieces({ samples: samples.subarray(firstSamples * 50), sampleRate });
}

/** Sound that never comes, until the speech is discarded. */
function endless(signal: AbortSignal): AsyncIterable<Sound> {
  const over = { done: true, value: undefined } as const;
  const next = (): Promise<IteratorResult<Sound>> =>
    new Promise((resolve) => {
      if (signal.aborted) resolve(over);
      signal.addEventListener('abort', () => resolve(over), { once: true });
    });
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

function areWords(outputs: readonly TranscriberOutput[]): void {
  endsOnce(outputs, ['completed', 'failed']);
  for (const output of outputs) {
    if (output.type === 'segment') {
      assert.ok(output.start >= 0 && output.end >= output.start, 'a segment starts before it ends');
    } else if (output.type === 'failed') {
      assert.ok(output.code !== '' && output.message !== '', 'a failure says what failed');
    }
  }
}
