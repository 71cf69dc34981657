import { ServerEvent } from '../../protocol/events/index.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { ApiError } from '../../protocol/types.ts';
import { newEventId } from '../admission/refusal.ts';

/** An `error` event of our own. `eventId`: of the client's event that caused it. */
export function errorEvent(error: ApiError, eventId: string | null = null): JsonObject {
  return { ...ServerEvent.errorEvent(newEventId(), { ...error, event_id: eventId }) };
}
