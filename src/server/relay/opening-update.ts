import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { SessionKind } from '../observability/observation/observer.ts';

/** Names our own `session.update`, so that its refusal is known. */
export const openingEventId = 'event_antiphon_opening';

/**
 * What an upstream is sent before anything of the client's: the session that the relay is configured with, and over it
 * what the client secret has settled. Null where there is neither for a session of this kind.
 */
export function openingUpdate(
  kind: SessionKind,
  configured: JsonObject | null,
  settled: object | undefined,
): JsonObject | null {
  const ofKind = configured !== null && (configured['type'] ?? 'realtime') === kind ? configured : null;
  const { model: _model, ...bound } = { ...settled } as JsonObject;
  if (ofKind === null && Object.keys(bound).length === 0) return null;
  const type = kind === 'translation' ? {} : { type: kind };
  const session = { ...merged(ofKind ?? {}, bound), ...type };
  return { type: 'session.update', event_id: openingEventId, session };
}

/** Objects are merged key by key; every other value of `over` takes the place of that below it. */
function merged(below: JsonObject, over: JsonObject): JsonObject {
  const result = { ...below };
  for (const [key, value] of Object.entries(over)) {
    const under = result[key];
    result[key] = isJsonObject(value) && isJsonObject(under) ? merged(under, value) : value;
  }
  return result;
}
