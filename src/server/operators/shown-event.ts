import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { parseJson } from '../../protocol/parse.ts';

/** Events whose `delta` is sound. */
const soundDeltas: ReadonlySet<unknown> = new Set([
  'response.output_audio.delta',
  'response.audio.delta',
  'session.output_audio.delta',
]);

/** Keys under which clients hand over what opens something. */
const secretKeys: ReadonlySet<string> = new Set(['authorization', 'headers', 'api_key', 'client_secret']);

/** An event as an operator may see it: no sound is in it, and nothing that opens a door. Null for what is no event. */
export function shownEvent(text: string): JsonObject | null {
  const parsed = parseJson(text);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const event = withoutSecrets(parsed.value);
  if (!isJsonObject(event)) return null;
  return soundDeltas.has(event['type']) ? { ...event, delta: '' } : event;
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shown(key, held)]));
}

/** Sound is text under the key `audio`; what else is called so holds formats and voices. */
function shown(key: string, held: unknown): unknown {
  if (secretKeys.has(key) && held !== null) return '…';
  return key === 'audio' && typeof held === 'string' ? '' : withoutSecrets(held);
}
