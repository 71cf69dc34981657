import { ticksPerMs } from '../audio-clock.ts';
import { arm, type Draft, disarm } from '../draft.ts';

/** The idle timeout counts from so many ticks ahead, where turn detection has one and nobody speaks (behaviour §2.5). */
export function countIdle(draft: Draft, fromTicks: number): void {
  const detection = draft.session.config.audio.input.turn_detection;
  const idleMs = detection !== null && 'idle_timeout_ms' in detection ? detection.idle_timeout_ms : null;
  if (idleMs === null || draft.session.turn.phase === 'speaking') return;
  draft.session = { ...draft.session, idleSinceTick: draft.session.buffer.endTick + fromTicks };
  arm(draft, 'idle', fromTicks / ticksPerMs + idleMs);
}

/** Something happens: the idle timeout does not count, now or after what is being played. */
export function stopIdle(draft: Draft): void {
  const { playback } = draft.session;
  const waiting = playback?.thenIdle === true ? { playback: { ...playback, thenIdle: false } } : {};
  draft.session = { ...draft.session, ...waiting, idleSinceTick: null };
  disarm(draft, 'idle');
}
