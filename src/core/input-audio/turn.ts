import { ticksPerMs, ticksToMs } from '../audio-clock.ts';
import { hasRoomForSpeech } from '../conversation/room.ts';
import { minimumSpeechMs, preemptiveShare, releaseMargin } from '../defaults.ts';
import { announceError, type Draft, emit, mint } from '../draft.ts';
import { mistakes } from '../mistakes.ts';
import { interrupt } from '../response/end.ts';
import { preemptAnswer } from '../response/preemptive.ts';
import { oweResponse } from '../response/start.ts';
import type { FullTurnDetection, Turn } from '../session.ts';
import { dropSpeech, handOver, streamSpeech } from '../transcription/streaming.ts';
import { commit, trimSilence } from './buffer.ts';
import { semanticPrefixMs, semanticThreshold, waitMs } from './end-of-turn.ts';
import { stopIdle } from './idle.ts';

type Speaking = Extract<Turn, { phase: 'speaking' }>;

/** One window of sound as the vad judged it. Windows come in order and end at or before the buffer's end. */
export interface VadWindow {
  readonly endTick: number;
  readonly windowTicks: number;
  /** 0 to 1. */
  readonly probability: number;
}

/** Moves the turn on by one window: speech starts, goes on, falls silent, ends (behaviour §2.3). */
export function hear(draft: Draft, heard: VadWindow): void {
  const { turn, config, buffer } = draft.session;
  const detection = config.audio.input.turn_detection;
  if (detection === null || heard.endTick > buffer.endTick) return;
  if (turn.phase === 'speaking') goOn(draft, turn, detection, heard);
  else listenForSpeech(draft, turn.onsetTick, detection, heard);
}

function listenForSpeech(draft: Draft, held: number | null, detection: FullTurnDetection, heard: VadWindow): void {
  if (heard.probability < thresholdOf(detection)) {
    if (held !== null) draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick: null } };
    return trimSilence(draft, detection, heard.endTick);
  }
  const onsetTick = held ?? heard.endTick - heard.windowTicks;
  draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick } };
  if (heard.endTick - onsetTick < minimumSpeechMs * ticksPerMs) return;
  startSpeech(draft, onsetTick, detection);
  handOver(draft, heard.endTick);
}

function startSpeech(draft: Draft, onsetTick: number, detection: FullTurnDetection): void {
  const { buffer } = draft.session;
  const earliestTick = Math.max(buffer.turnsFromTick, buffer.startTick);
  const startTick = Math.max(onsetTick - prefixMsOf(detection) * ticksPerMs, earliestTick);
  const itemId = mint(draft, 'item');
  draft.session = {
    ...draft.session,
    turn: { phase: 'speaking', itemId, startTick, silenceTick: null, transcript: null },
  };
  stopIdle(draft);
  emit(draft, 'input_audio_buffer.speech_started', { audio_start_ms: ticksToMs(startTick), item_id: itemId });
  if (switches(detection).interrupts) interrupt(draft);
  streamSpeech(draft, itemId, startTick);
}

function goOn(draft: Draft, turn: Speaking, detection: FullTurnDetection, heard: VadWindow): void {
  handOver(draft, heard.endTick);
  if (heard.probability >= thresholdOf(detection) - releaseMargin) {
    if (turn.silenceTick !== null) draft.session = { ...draft.session, turn: { ...turn, silenceTick: null } };
    return;
  }
  const silenceTick = turn.silenceTick ?? heard.endTick - heard.windowTicks;
  draft.session = { ...draft.session, turn: { ...turn, silenceTick } };
  const neededTicks = silenceMsOf(draft, detection, turn.transcript) * ticksPerMs;
  const silentTicks = heard.endTick - silenceTick;
  if (silentTicks >= neededTicks) return stopSpeech(draft, turn, detection, heard.endTick);
  if (silentTicks < neededTicks * preemptiveShare || !switches(detection).responds) return;
  preemptAnswer(draft, { itemId: turn.itemId, fromTick: turn.startTick, toTick: heard.endTick });
}

function stopSpeech(draft: Draft, turn: Speaking, detection: FullTurnDetection, endTick: number): void {
  draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick: null } };
  if (!hasRoomForSpeech(draft.session, endTick - turn.startTick)) {
    return leaveUncommitted(draft, turn, endTick);
  }
  emit(draft, 'input_audio_buffer.speech_stopped', { audio_end_ms: ticksToMs(endTick), item_id: turn.itemId });
  commit(draft, turn.itemId, turn.startTick, endTick);
  if (switches(detection).responds) oweResponse(draft, turn.itemId);
}

/** The open turn ends where it is, though the user speaks on: there is no room for more of it. */
export function cutTurn(draft: Draft): void {
  const { turn, config, buffer } = draft.session;
  const detection = config.audio.input.turn_detection;
  if (turn.phase !== 'speaking' || detection === null) return;
  draft.effects.push({ do: 'reset-vad' });
  stopSpeech(draft, turn, detection, buffer.endTick);
}

/** There is no room for the turn: its sound stays in the buffer, where a commit takes it once there is. */
function leaveUncommitted(draft: Draft, { itemId, startTick }: Speaking, endTick: number): void {
  emit(draft, 'input_audio_buffer.speech_stopped', { audio_end_ms: ticksToMs(endTick), item_id: itemId });
  draft.session = { ...draft.session, buffer: { ...draft.session.buffer, startTick, turnsFromTick: endTick } };
  dropSpeech(draft);
  announceError(draft, mistakes.conversationFull(draft.session.rules));
}

/** Silence for as long as the idle timeout says: commits what was heard and makes a response (behaviour §2.5). */
export function idleTimeout(draft: Draft): void {
  const { buffer, turn, idleSinceTick, responses } = draft.session;
  if (idleSinceTick === null || turn.phase === 'speaking' || responses.some((each) => !each.params.outOfBand)) return;
  // Playback may have been longer than what the microphone sent meanwhile.
  const fromTick = Math.min(Math.max(idleSinceTick, buffer.startTick), buffer.endTick);
  draft.session = { ...draft.session, idleSinceTick: null, turn: { phase: 'quiet', onsetTick: null } };
  if (!hasRoomForSpeech(draft.session, buffer.endTick - fromTick)) {
    return announceError(draft, mistakes.conversationFull(draft.session.rules));
  }
  const itemId = mint(draft, 'item');
  emit(draft, 'input_audio_buffer.timeout_triggered', {
    audio_start_ms: ticksToMs(fromTick),
    audio_end_ms: ticksToMs(buffer.endTick),
    item_id: itemId,
  });
  commit(draft, itemId, fromTick, buffer.endTick);
  oweResponse(draft, itemId);
}

/** A changed turn detection starts listening afresh (behaviour §1.3). */
export function restartVad(draft: Draft): void {
  dropTurn(draft);
  const { config, owedResponse } = draft.session;
  const owed = config.audio.input.turn_detection === null ? null : owedResponse;
  draft.session = { ...draft.session, owedResponse: owed };
  stopIdle(draft);
}

/** An open turn is dropped, its audio stays in the buffer, and the detector begins anew. */
export function dropTurn(draft: Draft): void {
  const { turn, buffer } = draft.session;
  // What the dropped turn's start left behind was announced as before it, and no later turn may reach back there.
  const startTick = turn.phase === 'speaking' ? turn.startTick : buffer.startTick;
  draft.session = { ...draft.session, turn: { phase: 'quiet', onsetTick: null }, buffer: { ...buffer, startTick } };
  dropSpeech(draft);
  draft.effects.push({ do: 'reset-vad' });
}

function thresholdOf(detection: FullTurnDetection): number {
  return detection.type === 'server_vad' ? detection.threshold : semanticThreshold;
}

function prefixMsOf(detection: FullTurnDetection): number {
  return detection.type === 'server_vad' ? detection.prefix_padding_ms : semanticPrefixMs;
}

function silenceMsOf(draft: Draft, detection: FullTurnDetection, words: string | null): number {
  return detection.type === 'server_vad'
    ? detection.silence_duration_ms
    : waitMs(draft.endOfTurn, detection.eagerness, words);
}

/** Transcription sessions have neither switch: nothing to interrupt and nothing to start (behaviour §2.2). */
function switches(detection: FullTurnDetection): { readonly interrupts: boolean; readonly responds: boolean } {
  return 'create_response' in detection
    ? { interrupts: detection.interrupt_response, responds: detection.create_response }
    : { interrupts: false, responds: false };
}
