import { setTimeout as sleep } from 'node:timers/promises';
import type { LanguageModel, PipelineOptions, Transcriber } from '../src/engines/index.ts';
import { frames, speech } from '../test/clients/speech.ts';
import { type Caller, call } from '../test/voice/caller.ts';
import { voiceServer } from '../test/voice/voice-server.ts';

const turns = 12;
const frameMs = 20;
const said = frames(speech('Please stop.', { beforeMs: 100, afterMs: 900 }), frameMs);

type Early = Pick<PipelineOptions, 'earlyTranscription' | 'earlyGeneration'>;

const ways: readonly (readonly [name: string, Early])[] = [
  ['neither', {}],
  ['early transcription', { earlyTranscription: true }],
  ['early transcription and generation', { earlyGeneration: true }],
];

/** The time from the end of a turn to its first sound, with engines over HTTP that are so many milliseconds slower. */
export async function run(): Promise<void> {
  console.log('from the end of a turn (500 ms of silence) to the first sound; median of the turns after the first');
  for (const slowerMs of [0, 150, 300]) {
    for (const [name, early] of ways) {
      const ms = await median(slowerMs, early);
      console.log(`${`engines ${slowerMs} ms slower, ${name}`.padEnd(64)} ${ms.toFixed(0).padStart(5)} ms`);
    }
  }
}

async function median(slowerMs: number, early: Early): Promise<number> {
  const server = await voiceServer({
    pipeline: (engines) => ({
      ...engines,
      ...early,
      transcriber: slowTranscriber(engines.transcriber, slowerMs),
      languageModel: slowLanguageModel(engines.languageModel, slowerMs),
    }),
  });
  const caller = await call(server);
  const waits: number[] = [];
  for (let turn = 0; turn < turns; turn++) waits.push(await firstSound(caller));
  await caller.finish();
  await server.close();
  const sorted = waits.slice(1).toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Speaks at the pace of a microphone. */
async function firstSound(caller: Caller): Promise<number> {
  let endedAt = Number.NaN;
  const heard = new Promise<number>((resolve) => {
    caller.client.once('input_audio_buffer.speech_stopped', () => (endedAt = performance.now()));
    caller.client.once('response.output_audio.delta', () => resolve(performance.now() - endedAt));
  });
  const startedAt = performance.now();
  for (const [index, frame] of said.entries()) {
    await sleep(Math.max(startedAt + index * frameMs - performance.now(), 0));
    caller.speak([frame]);
  }
  await caller.answer();
  return heard;
}

function slowTranscriber(inner: Transcriber, slowerMs: number): Transcriber {
  return {
    async *transcribe(utterance, signal) {
      await sleep(slowerMs, undefined, { signal });
      yield* inner.transcribe(utterance, signal);
    },
  };
}

function slowLanguageModel(inner: LanguageModel, slowerMs: number): LanguageModel {
  return {
    async *answer(question, signal) {
      await sleep(slowerMs, undefined, { signal });
      yield* inner.answer(question, signal);
    },
  };
}
