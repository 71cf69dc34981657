import { type AudioFormatName, audioFormats } from '../../audio/format.ts';
import type { UserContent } from '../../protocol/events/index.ts';
import { isBase64 } from '../audio/base64.ts';
import { base64Length } from '../playhead/base64-length.ts';
import type { InputAudioPart, OutputAudioPart, OutputTextPart, ViewPart } from './item.ts';
import { objectsOf, type Told, textOf, textOrNull } from './told.ts';

/** A part of any message, of an item or of `response.content_part.*`, in the words of today and of the beta. */
export interface ToldPart extends Told<Omit<UserContent, 'type'>> {
  readonly type?: string | null;
}

export const unheardSpeech: InputAudioPart = {
  type: 'input_audio',
  transcript: null,
  transcription: 'none',
  error: null,
  segments: [],
  languages: [],
  audio: [],
};

const noSpeech: OutputAudioPart = {
  type: 'output_audio',
  transcript: '',
  truncatedAtMs: null,
  receivedBytes: 0,
  receivedMs: 0,
  audio: [],
};

const noText: OutputTextPart = { type: 'output_text', text: '' };

interface Reading {
  readonly isUser: boolean;
  readonly keepAudio: boolean;
}

/** The parts of a message as told, with what is held of them and was left out this time: sound, segments, heard words. */
export function readParts(
  told: readonly (ToldPart | null)[] | null | undefined,
  held: readonly ViewPart[],
  reading: Reading,
): readonly ViewPart[] {
  const parts = objectsOf(told);
  const read = parts.map((part, index) => readPart(part, held[index], reading));
  // A server that tells of an item again without its content has not taken it back.
  return [...read, ...held.slice(read.length)];
}

function readPart(told: ToldPart, held: ViewPart | undefined, reading: Reading): ViewPart {
  switch (told.type) {
    case 'input_text':
      return { type: 'input_text', text: textOf(told.text) };
    case 'text':
      return { type: reading.isUser ? 'input_text' : 'output_text', text: textOf(told.text) };
    case 'output_text':
      return { type: 'output_text', text: textOf(told.text) };
    case 'input_image':
      return { type: 'input_image', imageUrl: textOf(told.image_url), detail: told.detail ?? null };
    case 'input_audio':
      return readSpeech(told, held?.type === 'input_audio' ? held : unheardSpeech, reading);
    case 'audio':
    case 'output_audio': {
      const spoken = held?.type === 'output_audio' ? held : noSpeech;
      const audio = keptSound(told, spoken.audio, reading);
      return { ...spoken, transcript: textOrNull(told.transcript) ?? spoken.transcript, audio };
    }
    default:
      return { type: 'other', part: told };
  }
}

function readSpeech(told: ToldPart, held: InputAudioPart, reading: Reading): InputAudioPart {
  const audio = keptSound(told, held.audio, reading);
  const transcript = textOrNull(told.transcript);
  if (transcript === null || held.transcription === 'completed') return { ...held, audio };
  return { ...held, transcript, transcription: 'completed', audio };
}

function keptSound(told: ToldPart, held: readonly string[], { keepAudio }: Reading): readonly string[] {
  return keepAudio && typeof told.audio === 'string' ? [told.audio] : held;
}

/** The most parts that a message is believed to have. */
const mostParts = 64;

/** Changes the part at an index; it is begun there as what it has to be, if it is not that yet. */
export function changePart<Type extends 'output_text' | 'output_audio'>(
  parts: readonly ViewPart[],
  index: number,
  type: Type,
  change: (part: Extract<ViewPart, { type: Type }>) => ViewPart,
): readonly ViewPart[] {
  if (!Number.isInteger(index) || index < 0 || index >= mostParts) return parts;
  const grown = parts.slice();
  while (grown.length <= index) grown.push(noText);
  const held = grown[index];
  grown[index] = change(isOf(held, type) ? held : begun(type));
  return grown;
}

function isOf<Type extends ViewPart['type']>(
  part: ViewPart | undefined,
  type: Type,
): part is Extract<ViewPart, { type: Type }> {
  return part?.type === type;
}

function begun<Type extends 'output_text' | 'output_audio'>(type: Type): Extract<ViewPart, { type: Type }>;
function begun(type: 'output_text' | 'output_audio'): ViewPart {
  return type === 'output_text' ? noText : noSpeech;
}

/** The most sound that is kept of one part, in bytes: 17 minutes at 24 kHz. */
const mostSound = 48 * 1024 * 1024;

/** With a delta of sound, if it is one. */
export function withSound(
  part: OutputAudioPart,
  delta: unknown,
  { format, keepAudio }: { readonly format: AudioFormatName; readonly keepAudio: boolean },
): OutputAudioPart {
  if (!isBase64(delta)) return part;
  const { sampleRate, bytesPerSample } = audioFormats[format];
  const receivedBytes = part.receivedBytes + base64Length(delta);
  const receivedMs = Math.floor((receivedBytes * 1000) / (sampleRate * bytesPerSample));
  const isKept = keepAudio && receivedBytes <= mostSound;
  return { ...part, receivedBytes, receivedMs, audio: isKept ? [...part.audio, delta] : part.audio };
}
