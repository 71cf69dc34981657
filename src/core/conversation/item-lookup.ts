import { heardSpeech, voicedWords } from '../../audio/heard-words.ts';
import type { Item } from '../../protocol/types.ts';
import { formatName, ticksPerMs, ticksToBytes, ticksToMsUp } from '../audio-clock.ts';
import { type Draft, emit, mint, reject } from '../draft.ts';
import { mistakes } from '../mistakes.ts';
import { shownItem } from '../response/object.ts';
import type { ActiveResponse, OpenItem } from '../session.ts';
import { find, unheard, update } from './conversation.ts';
import type { Entry, ItemAudio } from './entry.ts';

/** `conversation.item.retrieve`: the item as it stands, with its audio; an item in progress shows what it holds so far. */
export function retrieve(draft: Draft, itemId: string): void {
  const entry = find(draft, itemId);
  if (entry === null) return reject(draft, mistakes.retrieveUnknown(itemId));
  const running = openItem(draft, entry);
  const item: Item = running === null ? entry.item : shownItem(running.open, 'in_progress');
  // 'conversation.item.retrieved': the audio that it carries is kept outside the core.
  draft.effects.push({
    do: 'emit-retrieved',
    eventId: mint(draft, 'event'),
    item: entry.truncated ? unheard(item) : item,
  });
}

export interface Truncation {
  readonly itemId: string;
  readonly contentIndex: number;
  readonly audioEndMs: number;
}

/**
 * `conversation.item.truncate`: unheard audio and the transcript leave the item, also while it streams; the words that
 * were heard stay for the model (behaviour §3.2). The audio's length is rounded up to whole milliseconds.
 */
export function truncate(draft: Draft, asked: Truncation): void {
  const entry = find(draft, asked.itemId);
  if (entry === null) return reject(draft, mistakes.truncateUnknown(asked.itemId));
  const speech = spoken(draft, entry, asked.contentIndex);
  if (speech === null) return reject(draft, mistakes.truncateWrongKind());
  const heldMs = ticksToMsUp(speech.audio.ticks);
  if (asked.audioEndMs > heldMs) return reject(draft, mistakes.truncatePastEnd(heldMs, asked.audioEndMs));
  cut(draft, entry, speech, asked);
}

/**
 * Truncates an item by itself, to the whole milliseconds of it that were played: the server has played them and knows
 * (behaviour §2.6). An item that was truncated to less before stays as it is.
 */
export function cutTo(draft: Draft, part: Pick<Truncation, 'itemId' | 'contentIndex'>, playedMs: number): void {
  const entry = find(draft, part.itemId);
  const speech = entry === null ? null : spoken(draft, entry, part.contentIndex);
  if (entry === null || speech === null) return;
  const isShorter = entry.truncated && ticksToMsUp(speech.audio.ticks) <= playedMs;
  if (!isShorter) cut(draft, entry, speech, { ...part, audioEndMs: playedMs });
}

interface Speech {
  readonly audio: ItemAudio;
  readonly words: string | null;
}

function cut(draft: Draft, entry: Entry, speech: Speech, asked: Truncation): void {
  const {
    transcript: words,
    ticks,
    marks,
  } = heardSpeech({ ...speech.audio, transcript: speech.words ?? '' }, asked.audioEndMs * ticksPerMs);
  update(draft, asked.itemId, {
    item: unheard(entry.item),
    words: speech.words === null ? null : words,
    audio: [{ ...speech.audio, ticks, marks }],
    truncated: true,
  });
  draft.effects.push({ do: 'trim-audio', itemId: asked.itemId, bytes: ticksToBytes(ticks, speech.audio.format) });
  emit(draft, 'conversation.item.truncated', {
    item_id: asked.itemId,
    content_index: asked.contentIndex,
    audio_end_ms: asked.audioEndMs,
  });
}

/** The audio that an assistant item holds at a content index, and its words; null when it holds none. */
function spoken(draft: Draft, entry: Entry, contentIndex: number): Speech | null {
  const { item } = entry;
  if (item.type !== 'message' || item.role !== 'assistant') return null;
  const held = entry.audio.find((each) => each.contentIndex === contentIndex);
  if (held !== undefined) return { audio: held, words: entry.words };
  const running = openItem(draft, entry);
  if (running === null || running.open.type !== 'message' || contentIndex !== 0) return null;
  const { part } = running.open;
  if (part.type !== 'audio') return null;
  const format = formatName(running.response.params.format);
  return { audio: { contentIndex, format, ticks: part.ticks, marks: part.marks }, words: voicedWords(part) };
}

function openItem(draft: Draft, entry: Entry): { response: ActiveResponse; open: OpenItem } | null {
  const response = draft.session.responses.find((each) => each.id === entry.saidBy);
  return response?.open?.itemId === entry.item.id ? { response, open: response.open } : null;
}
