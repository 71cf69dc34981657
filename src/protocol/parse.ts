import { closedFamily, type Known, openFamily, type Refused, type Unknown } from './check/event.ts';
import { invalidRequest, type ShapeCode, typeName } from './check/problem.ts';
import { namedClientEventTypes, translationClientEventTypes } from './event-types.ts';
import { defaultLimits, isLongerThan, oversteps, type ParseLimits } from './limits.ts';
import { clientEvents } from './schemas/client-events.ts';
import { serverEvents } from './schemas/server-events.ts';
import { translationClientEvents, translationServerEvents } from './schemas/translation-events.ts';
import type { ClientEventMap, ServerEventMap, TranslationClientEventMap, TranslationServerEventMap } from './types.ts';

export type { Known, Refused, Unknown } from './check/event.ts';

/** A client event that was read, or why it was refused. */
export type ParsedClientEvent = Known<ClientEventMap[keyof ClientEventMap]> | Refused;
/** A server event that was read, one of a type that this version does not know, or why it was refused. */
export type ParsedServerEvent = Known<ServerEventMap[keyof ServerEventMap]> | Unknown | Refused;
/** A client event of a translation session that was read, or why it was refused. */
export type ParsedTranslationClientEvent = Known<TranslationClientEventMap[keyof TranslationClientEventMap]> | Refused;
/** A server event of a translation session that was read, one of an unknown type, or why it was refused. */
export type ParsedTranslationServerEvent =
  | Known<TranslationServerEventMap[keyof TranslationServerEventMap]>
  | Unknown
  | Refused;

const client = closedFamily(clientEvents, namedClientEventTypes, {
  types: translationClientEventTypes,
  sessions: 'translation sessions',
});
const server = openFamily(serverEvents);
const translationClient = closedFamily(translationClientEvents, translationClientEventTypes);
const translationServer = openFamily(translationServerEvents);

/**
 * Reads what a client of a realtime or transcription session sent. Refuses whatever the API does not name: unknown types
 * and, at every depth, unknown fields. Null in an optional field counts as absent where null has no meaning of its own.
 * `event` is what `JSON.parse` gives, without such fields. Never throws, whatever the text.
 */
export function parseClientEvent(text: string, limits: ParseLimits = defaultLimits): ParsedClientEvent {
  const json = parseJson(text, limits);
  return json.ok ? client(json.value, limits) : json;
}

/**
 * Reads what a server of a realtime or transcription session sent. What is known is checked; unknown types and fields
 * pass. `event` is what `JSON.parse` gives, untouched. Never throws, whatever the text.
 */
export function parseServerEvent(text: string, limits: ParseLimits = defaultLimits): ParsedServerEvent {
  const json = parseJson(text, limits);
  return json.ok ? server(json.value, limits) : json;
}

/** As `parseClientEvent`, for a translation session, whose `session.update` means something else. */
export function parseTranslationClientEvent(
  text: string,
  limits: ParseLimits = defaultLimits,
): ParsedTranslationClientEvent {
  const json = parseJson(text, limits);
  return json.ok ? translationClient(json.value, limits) : json;
}

/** As `parseServerEvent`, for a translation session, whose `session.created` means something else. */
export function parseTranslationServerEvent(
  text: string,
  limits: ParseLimits = defaultLimits,
): ParsedTranslationServerEvent {
  const json = parseJson(text, limits);
  return json.ok ? translationServer(json.value, limits) : json;
}

/** `parseClientEvent` for a value that is JSON already. A field that is undefined counts as absent. */
export function checkClientEvent(value: unknown, limits: ParseLimits = defaultLimits): ParsedClientEvent {
  return client(value, limits);
}

/** `parseServerEvent` for a value that is JSON already. A field that is undefined counts as absent. */
export function checkServerEvent(value: unknown, limits: ParseLimits = defaultLimits): ParsedServerEvent {
  return server(value, limits);
}

/** `parseTranslationClientEvent` for a value that is JSON already. A field that is undefined counts as absent. */
export function checkTranslationClientEvent(
  value: unknown,
  limits: ParseLimits = defaultLimits,
): ParsedTranslationClientEvent {
  return translationClient(value, limits);
}

/** `parseTranslationServerEvent` for a value that is JSON already. A field that is undefined counts as absent. */
export function checkTranslationServerEvent(
  value: unknown,
  limits: ParseLimits = defaultLimits,
): ParsedTranslationServerEvent {
  return translationServer(value, limits);
}

/**
 * `JSON.parse` that answers instead of throwing: `invalid_json` where the text is not JSON, `invalid_event` where it is
 * too long, too deep, holds too many values, or, at run time, not a text at all. Says nothing of the engine's own message, which differs by version.
 */
export function parseJson(
  text: string,
  limits: ParseLimits = defaultLimits,
): { readonly ok: true; readonly value: unknown } | Refused {
  if (typeof text !== 'string')
    return refuse('invalid_event', `expected a text message, but got ${typeName(text)} instead.`);
  if (isLongerThan(text, limits.maxBytes)) {
    return refuse('invalid_event', `the text has more than ${limits.maxBytes} bytes.`);
  }
  const overstepped = oversteps(text, limits);
  if (overstepped === 'depth') return refuse('invalid_event', `nested deeper than ${limits.maxDepth} levels.`);
  if (overstepped === 'values') return refuse('invalid_event', `more than ${limits.maxValues} JSON values.`);
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return refuse('invalid_json', 'failed to parse JSON value. The text is not valid JSON.');
  }
}

function refuse(code: ShapeCode, reason: string): Refused {
  return { ok: false, error: invalidRequest(code, `Invalid event: ${reason}`, null, null) };
}
