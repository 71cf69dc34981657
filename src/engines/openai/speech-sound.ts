import * as z from 'zod';
import { bytesToSamples, createWavReader, decodeBase64, toMono, wholeSamples } from '../../audio/node/index.ts';
import type { Sound } from '../contract.ts';
import type { Answer } from './answer.ts';
import { badAnswer } from './failure.ts';
import { longestSoundEvent, messagesOf } from './messages.ts';

const audioEvent = z.looseObject({ type: z.literal('speech.audio.delta'), audio: z.string() });

/** Takes the next bytes of a sound, and gives what is whole of it. */
type Decoder = (bytes: Uint8Array) => Sound | null;

/** Bytes that tell a WAV file and a compressed one from plain samples. */
const markBytes = 4;

/** The sound of an answer: a WAV file of any rate, else samples at the rate that its head tells, else at `pcmRate`. */
export async function* speechSound(answer: Answer, pcmRate: number): AsyncGenerator<Sound, void> {
  const rate = Number(/\brate=(\d+)/.exec(answer.contentType)?.[1] ?? pcmRate);
  let decode: Decoder | null = null;
  let waiting: Uint8Array = new Uint8Array(0);
  let hasSound = false;
  for await (const chunk of soundBytes(answer)) {
    waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
    if (decode === null && waiting.length < markBytes) continue;
    decode ??= decoderFor(waiting, answer, rate);
    const sound = decode(waiting);
    waiting = new Uint8Array(0);
    if (sound === null || sound.samples.length === 0) continue;
    hasSound = true;
    yield sound;
  }
  if (!hasSound) throw badAnswer(answer.place, 'sent no sound');
}

/** Bytes as they come, or out of events. */
async function* soundBytes(answer: Answer): AsyncGenerator<Uint8Array, void> {
  const { contentType, place } = answer;
  if (contentType.includes('event-stream') || contentType.includes('json')) {
    for await (const { value } of messagesOf(answer, longestSoundEvent)) {
      const parsed = audioEvent.safeParse(value);
      const bytes = parsed.success ? decodeBase64(parsed.data.audio) : new Uint8Array(0);
      if (bytes === null) throw badAnswer(place, 'sent sound that is no base64');
      yield bytes;
    }
    return;
  }
  if (contentType.startsWith('text/')) throw badAnswer(place, 'sent text instead of sound');
  yield* answer.bytes();
}

function decoderFor(start: Uint8Array, { place, contentType }: Answer, rate: number): Decoder {
  const mark = Buffer.from(start.subarray(0, markBytes)).toString('latin1');
  const format = compressedFormat(mark, contentType);
  if (format !== null) throw badAnswer(place, `sent ${format}, which is neither pcm nor wav`);
  return mark === 'RIFF' ? wavDecoder(place) : pcmDecoder(rate);
}

function compressedFormat(mark: string, contentType: string): string | null {
  if (mark.startsWith('ID3') || contentType.startsWith('audio/mpeg')) return 'MP3';
  if (mark === 'OggS') return 'Ogg';
  return mark === 'fLaC' ? 'FLAC' : null;
}

function wavDecoder(place: Answer['place']): Decoder {
  const wav = createWavReader();
  return (bytes) => {
    const samples = wav.push(bytes);
    const { head } = wav;
    if (head.state === 'bad') throw badAnswer(place, `sent a WAV file that cannot be read (${head.problem})`);
    if (head.state === 'partial') return null;
    return { samples: toMono(samples, head.format.channels), sampleRate: head.format.sampleRate };
  };
}

function pcmDecoder(sampleRate: number): Decoder {
  let spare: number | null = null;
  return (bytes) => {
    const whole = wholeSamples(spare, bytes);
    spare = whole.spare;
    return { samples: bytesToSamples(whole.bytes), sampleRate };
  };
}
