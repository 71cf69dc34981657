import { addTranscriptionUsage } from '../../usage/usage.ts';
import { grown } from '../events/bounded.ts';
import type { InputAudioPart, ViewItem } from './item.ts';
import { indexOfItem } from './item-list.ts';
import { unheardSpeech } from './parts.ts';
import type { View } from './state.ts';
import { numberOf, objectOf, objectsOf, type ToldEvent, textOf, textOrNull } from './told.ts';

type Words = Extract<ToldEvent, { type: `conversation.item.input_audio_transcription.${string}` }>;

/** Words of what the user said, which come when they come: before their item, or long after it. */
export function foldTranscription(view: View, event: Words): View {
  const itemId = textOf(event.item_id);
  const before = heldWords(view, itemId, event.content_index);
  const isNews = before === null || before.transcription === 'none' || before.transcription === 'in_progress';
  const counted = event.type.endsWith('.completed') && isNews ? withUsage(view, event) : view;
  if (itemId === '' || view.deletedIds.includes(itemId)) return counted;
  const part = before ?? unheardSpeech;
  const after = isNews || event.type.endsWith('.segment') ? written(part, event) : part;
  return after === part ? counted : withWords(counted, { itemId, index: event.content_index, part: after });
}

function written(part: InputAudioPart, event: Words): InputAudioPart {
  switch (event.type) {
    case 'conversation.item.input_audio_transcription.delta': {
      const transcript = grown(part.transcript ?? '', textOf(event.delta));
      return { ...part, transcript, transcription: 'in_progress' };
    }
    case 'conversation.item.input_audio_transcription.completed': {
      const transcript = textOrNull(event.transcript) ?? part.transcript ?? '';
      const languages = objectsOf(event.languages).map(({ code }) => ({ code: textOf(code) }));
      return { ...part, transcript, languages, transcription: 'completed', error: null };
    }
    case 'conversation.item.input_audio_transcription.failed':
      return { ...part, transcription: 'failed', error: readError(event) };
    case 'conversation.item.input_audio_transcription.segment':
      return withSegment(part, event);
    default:
      return event satisfies never;
  }
}

function readError(event: ToldEvent<'conversation.item.input_audio_transcription.failed'>): InputAudioPart['error'] {
  const error = objectOf(event.error);
  const { type, code, message, param } = error ?? {};
  return { type: textOf(type), code: textOf(code), message: textOf(message), param: textOrNull(param) };
}

/** Stretches of speech that are kept of one item. */
const mostSegments = 1_000;

function withSegment(
  part: InputAudioPart,
  event: ToldEvent<'conversation.item.input_audio_transcription.segment'>,
): InputAudioPart {
  const id = textOf(event.id);
  const { speaker, text, start, end } = event;
  const segment = { id, speaker: textOf(speaker), text: textOf(text), start: numberOf(start), end: numberOf(end) };
  const others = id === '' ? part.segments : part.segments.filter((each) => each.id !== id);
  return { ...part, segments: [...others, segment].slice(-mostSegments) };
}

function withUsage(
  view: View,
  event: ToldEvent<'conversation.item.input_audio_transcription.completed'> | Words,
): View {
  if (event.type !== 'conversation.item.input_audio_transcription.completed') return view;
  // A piece of JSON that the counters read with care.
  const used = objectOf(event.usage) as Parameters<typeof addTranscriptionUsage>[1];
  return { ...view, usage: addTranscriptionUsage(view.usage, used) };
}

/** The speech part that an index means: the first one where the index names none. */
function speechAt(item: ViewItem | undefined, index: unknown): number {
  if (item?.kind !== 'message') return -1;
  const named = numberOf(index);
  return item.parts[named]?.type === 'input_audio' ? named : item.parts.findIndex(({ type }) => type === 'input_audio');
}

function heldWords(view: View, itemId: string, index: unknown): InputAudioPart | null {
  const item = view.items[indexOfItem(view.items, itemId)];
  if (item === undefined) return view.early.find((words) => words.itemId === itemId)?.part ?? null;
  const part = item.kind === 'message' ? item.parts[speechAt(item, index)] : undefined;
  return part?.type === 'input_audio' ? part : null;
}

/** Turns whose words are kept before their items come. */
const mostEarly = 8;

interface Spoken {
  readonly itemId: string;
  readonly index: unknown;
  readonly part: InputAudioPart;
}

function withWords(view: View, { itemId, index, part }: Spoken): View {
  const at = indexOfItem(view.items, itemId);
  const item = view.items[at];
  if (item === undefined) {
    const others = view.early.filter((words) => words.itemId !== itemId);
    return { ...view, early: [...others, { itemId, part }].slice(-mostEarly) };
  }
  const place = speechAt(item, index);
  if (item.kind !== 'message' || place < 0) return view;
  return { ...view, items: view.items.with(at, { ...item, parts: item.parts.with(place, part) }) };
}
