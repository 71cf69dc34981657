import { ticksPerMs } from '../audio-clock.ts';
import type { Draft } from '../draft.ts';
import { append, forgetBefore, isFull } from './buffer.ts';
import { cutTurn } from './turn.ts';

/**
 * Sound of a call's track. It never pauses, and who speaks on it cannot be told of each frame that there is no room for it;
 * so room is made: a turn that fills the buffer ends where it is, and of what nobody has committed the older half goes.
 */
export function appendOfTrack(draft: Draft, audio: Uint8Array): void {
  if (isFull(draft, audio)) cutTurn(draft);
  if (isFull(draft, audio)) {
    const { buffer, rules } = draft.session;
    forgetBefore(draft, buffer.endTick - Math.floor(rules.maxBufferedMs / 2) * ticksPerMs);
  }
  append(draft, audio);
}
