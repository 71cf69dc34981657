import type { Draft } from '../draft.ts';

/** A key of the telephone: clients are told, by the only event that has no id (behaviour §7.5). */
export function onKey({ at, effects }: Draft, key: string): void {
  const receivedAt = Math.floor(at / 1000);
  const type = 'input_audio_buffer.dtmf_event_received';
  effects.push({ do: 'emit', event: { type, event: key, received_at: receivedAt } });
}
