import type { Draft } from '../draft.ts';

/** A key of the telephone: clients are told, by the only event that has no id (behaviour §7.5). */
export function onKey(draft: Draft, key: string): void {
  const received_at = Math.floor(draft.at / 1000);
  // 'input_audio_buffer.dtmf_event_received': without an id.
  draft.effects.push({
    do: 'emit',
    event: { type: 'input_audio_buffer.dtmf_event_received', event: key, received_at },
  });
}
