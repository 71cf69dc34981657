import { ServerEvent } from '../protocol/events/index.ts';
import type { ClientEventMap, Session as SessionUpdate } from '../protocol/types.ts';
import { create, remove } from './conversation.ts';
import { type Draft, emit, reject } from './draft.ts';
import { clear, commitByClient } from './input-buffer.ts';
import { retrieve, truncate } from './item-lookup.ts';
import { mistakes } from './reject.ts';
import { cancelByClient } from './response-end.ts';
import { createByClient } from './response-start.ts';
import { sameJson } from './same-json.ts';
import { merge } from './session-config.ts';
import { restartListening } from './turn.ts';

type ClientEvent = ClientEventMap[keyof ClientEventMap];

/** Routes a checked client event to its region. Every one that has an acknowledgement gets exactly one, or one error. */
export function onClient(draft: Draft, event: ClientEvent, audio: readonly (Uint8Array | null)[]): void {
  switch (event.type) {
    case 'session.update':
      return updateSession(draft, event.session);
    case 'input_audio_buffer.append':
      return; // comes decoded, as input from the microphone
    case 'input_audio_buffer.commit':
      return commitByClient(draft);
    case 'input_audio_buffer.clear':
      return clear(draft);
    case 'output_audio_buffer.clear':
      return reject(draft, mistakes.noOutputBuffer());
    case 'conversation.item.create':
      return create(draft, { item: event.item, previousItemId: event.previous_item_id, audio });
    case 'conversation.item.retrieve':
      return retrieve(draft, event.item_id);
    case 'conversation.item.truncate':
      return truncate(draft, {
        itemId: event.item_id,
        contentIndex: event.content_index,
        audioEndMs: event.audio_end_ms,
      });
    case 'conversation.item.delete':
      return remove(draft, event.item_id);
    case 'response.create':
      return createByClient(draft, event.response ?? {});
    case 'response.cancel':
      return cancelByClient(draft, event.response_id);
    default:
      return event satisfies never;
  }
}

/** `session.update`: all or nothing, answered with the whole effective session (behaviour §1.3). */
function updateSession(draft: Draft, update: SessionUpdate): void {
  const before = draft.session.config;
  const merged = merge(before, update, draft.session.hasSpoken);
  if (!merged.ok) return reject(draft, merged.error);
  draft.session = { ...draft.session, config: merged.config };
  const { input } = merged.config.audio;
  const formatChanged = !sameJson(input.format, before.audio.input.format);
  if (formatChanged) draft.effects.push({ do: 'forget-spare-byte' });
  if (formatChanged || !sameJson(input.turn_detection, before.audio.input.turn_detection)) restartListening(draft);
  emit(draft, (eventId) => ServerEvent.sessionUpdated(eventId, merged.config));
}
