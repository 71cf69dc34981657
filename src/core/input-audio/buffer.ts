import { bytesToTicks, formatName, ticksPerMs } from '../audio-clock.ts';
import { append as appendUserAudio } from '../conversation/conversation.ts';
import type { Entry } from '../conversation/entry.ts';
import { lastId } from '../conversation/item-list.ts';
import { hasRoomForSpeech } from '../conversation/room.ts';
import { keptSilenceMs, minimumCommitMs } from '../defaults.ts';
import { type Draft, emit, mint, reject } from '../draft.ts';
import { mistakes } from '../mistakes.ts';
import type { FullTurnDetection, InputBuffer } from '../session.ts';
import { dropSpeech, handOver, streamSpeech } from '../transcription/streaming.ts';
import { transcribe } from '../transcription/transcription.ts';

/** A buffer that has heard nothing yet. */
export const emptyBuffer: InputBuffer = { startTick: 0, endTick: 0, turnsFromTick: 0, spareBytes: 0 };

/** `input_audio_buffer.append`, decoded. Nothing is sent back unless the buffer is full. */
export function append(draft: Draft, audio: Uint8Array): void {
  const { buffer, config, rules } = draft.session;
  if (isFull(draft, audio)) return reject(draft, mistakes.bufferFull(rules.maxBufferedMs));
  const format = formatName(config.audio.input.format);
  const whole = wholeBytes(draft, audio);
  const endTick = buffer.endTick + bytesToTicks(whole, format);
  const spareBytes = format === 'audio/pcm' && whole % 2 === 1 ? 1 : 0;
  draft.session = { ...draft.session, buffer: { ...buffer, endTick, spareBytes } };
  const listen = config.audio.input.turn_detection !== null;
  draft.effects.push({ do: 'store-input', audio, format, listen });
  if (!listen) streamAll(draft);
}

/** Whether the buffer has no room for so much more. */
export function isFull(draft: Draft, audio: Uint8Array): boolean {
  const { buffer, config, rules } = draft.session;
  const ticks = bytesToTicks(wholeBytes(draft, audio), formatName(config.audio.input.format));
  return buffer.endTick + ticks - buffer.startTick > rules.maxBufferedMs * ticksPerMs;
}

/** The bytes with the odd one that waits for its other half. */
function wholeBytes({ session: { buffer, config } }: Draft, audio: Uint8Array): number {
  return audio.byteLength + (formatName(config.audio.input.format) === 'audio/pcm' ? buffer.spareBytes : 0);
}

/** What is older than this tick leaves the buffer; speech that was put into words while it went on begins anew. */
export function forgetBefore(draft: Draft, tick: number): void {
  dropSpeech(draft);
  releaseBefore(draft, tick);
}

/** With turn detection off all that is appended is speech; nobody hears of its item before the commit. */
function streamAll(draft: Draft): void {
  const { buffer, streaming, rules } = draft.session;
  if (!rules.transcribesStream || buffer.endTick === buffer.startTick) return;
  if (streaming === null) streamSpeech(draft, mint(draft, 'item'), buffer.startTick);
  handOver(draft, buffer.endTick);
}

/**
 * Old silence falls out of the buffer, so that it does not grow with the session. `judgedTick`: up to where the vad
 * has heard; what it has not heard yet may hold speech.
 */
export function trimSilence(draft: Draft, detection: FullTurnDetection, judgedTick: number): void {
  const { buffer } = draft.session;
  const padding = detection.type === 'server_vad' ? detection.prefix_padding_ms : 0;
  const idleMs = 'idle_timeout_ms' in detection ? (detection.idle_timeout_ms ?? 0) : 0;
  const keptTicks = (keptSilenceMs + Math.max(padding, idleMs)) * ticksPerMs;
  if (judgedTick - buffer.startTick > 2 * keptTicks) releaseBefore(draft, judgedTick - keptTicks);
}

/** `input_audio_buffer.commit`: ends an open turn early, under the id that speech_started announced (behaviour §2.1). */
export function commitByClient(draft: Draft): void {
  const { buffer, turn, streaming } = draft.session;
  const fromTick = turn.phase === 'speaking' ? turn.startTick : buffer.startTick;
  const bufferedMs = (buffer.endTick - fromTick) / ticksPerMs;
  if (bufferedMs < minimumCommitMs) {
    reject(draft, mistakes.commitEmpty(bufferedMs));
    return;
  }
  if (!hasRoomForSpeech(draft.session, buffer.endTick - fromTick)) {
    return reject(draft, mistakes.conversationFull(draft.session.rules));
  }
  const itemId = turn.phase === 'speaking' ? turn.itemId : (streaming?.itemId ?? mint(draft, 'item'));
  draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick: null } };
  draft.effects.push({ do: 'reset-vad' });
  commit(draft, itemId, fromTick, buffer.endTick);
}

/** `input_audio_buffer.clear`: drops the audio and, silently, any open turn (behaviour §2.1, §9 no. 19b). */
export function clear(draft: Draft): void {
  draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick: null } };
  draft.effects.push({ do: 'reset-vad' });
  dropSpeech(draft);
  forgetSpareByte(draft);
  releaseBefore(draft, draft.session.buffer.endTick);
  emit(draft, 'input_audio_buffer.cleared', {});
}

/** The odd byte that waits for its other half will not get it. */
export function forgetSpareByte(draft: Draft): void {
  draft.session = { ...draft.session, buffer: { ...draft.session.buffer, spareBytes: 0 } };
  draft.effects.push({ do: 'forget-spare-byte' });
}

/** Makes the user's message of a stretch of audio: committed, added, done; then its words are asked for (behaviour §2.1). */
export function commit(draft: Draft, itemId: string, fromTick: number, toTick: number): void {
  const { config, conversation } = draft.session;
  emit(draft, 'input_audio_buffer.committed', { item_id: itemId, previous_item_id: lastId(conversation.items) });
  const format = formatName(config.audio.input.format);
  draft.effects.push({ do: 'keep-input', itemId, fromTick, toTick, format });
  handOver(draft, toTick);
  appendUserAudio(draft, spokenEntry(draft, { itemId, ticks: toTick - fromTick, words: null }));
  releaseBefore(draft, toTick);
  transcribe(draft, itemId, (toTick - fromTick) / ticksPerMs);
}

/** The user's message of so much audio. */
export function spokenEntry(
  draft: Draft,
  { itemId, ticks, words }: { readonly itemId: string; readonly ticks: number; readonly words: string | null },
): Entry {
  return {
    item: {
      id: itemId,
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    },
    words,
    audio: [{ contentIndex: 0, format: formatName(draft.session.config.audio.input.format), ticks, marks: [] }],
    truncated: false,
    saidBy: null,
    dropped: false,
  };
}

function releaseBefore(draft: Draft, tick: number): void {
  draft.session = { ...draft.session, buffer: { ...draft.session.buffer, startTick: tick } };
  draft.effects.push({ do: 'release-input', beforeTick: tick });
}
