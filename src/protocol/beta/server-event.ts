import { isJsonObject, type JsonObject } from '../json.ts';
import { mapped } from './fields.ts';
import { itemFromBeta, shownItemToBeta } from './item.ts';
import { responseFromBeta, responseToBeta } from './response.ts';
import { sessionFromBeta, sessionToBeta } from './session.ts';

/** Events that changed nothing but their name, beta first. */
const RENAMED = [
  ['response.text.delta', 'response.output_text.delta'],
  ['response.text.done', 'response.output_text.done'],
  ['response.audio.delta', 'response.output_audio.delta'],
  ['response.audio.done', 'response.output_audio.done'],
  ['response.audio_transcript.delta', 'response.output_audio_transcript.delta'],
  ['response.audio_transcript.done', 'response.output_audio_transcript.done'],
] as const;

const TO_GA: ReadonlyMap<unknown, string> = new Map(RENAMED);
const TO_BETA: ReadonlyMap<unknown, string> = new Map(RENAMED.map(([beta, ga]) => [ga, beta]));

/** The suffix that tells the second event apart where one beta event becomes two, since no two events share an id. */
const SECOND = '_done';

/**
 * A GA server event as the beta had it: none, for an event that the beta did not have and that comes beside one it had,
 * or that its readers could not read; else one. Never throws; unknown events and fields pass through.
 */
export function serverEventToBeta(event: JsonObject): readonly JsonObject[] {
  switch (event['type']) {
    case 'session.created':
    case 'session.updated':
      return [sessionEventToBeta(event, event['type'])];
    case 'conversation.item.added':
      return [{ ...mapped(event, 'item', shownItemToBeta), type: 'conversation.item.created' }];
    case 'conversation.item.done':
    case 'conversation.item.input_audio_transcription.delta':
    case 'input_audio_buffer.timeout_triggered':
    case 'input_audio_buffer.dtmf_event_received':
      return [];
    case 'conversation.item.created':
    case 'conversation.item.retrieved':
    case 'response.output_item.added':
    case 'response.output_item.done':
      return [mapped(event, 'item', shownItemToBeta)];
    case 'response.created':
    case 'response.done':
      return [mapped(event, 'response', responseToBeta)];
    default:
      return [renamed(event, TO_BETA)];
  }
}

/**
 * A beta server event as GA has it: two for an item that came in complete (added, then done, the second under the id of
 * the first with `_done` behind it), else one. Never throws; unknown events and fields pass through.
 */
export function serverEventFromBeta(event: JsonObject): readonly JsonObject[] {
  switch (event['type']) {
    case 'session.created':
    case 'session.updated':
      return [mapped(event, 'session', sessionFromBeta)];
    case 'transcription_session.created':
      return [{ ...mapped(event, 'session', transcriptionFromBeta), type: 'session.created' }];
    case 'transcription_session.updated':
      return [{ ...mapped(event, 'session', transcriptionFromBeta), type: 'session.updated' }];
    case 'conversation.item.created':
      return addedAndDone(mapped(event, 'item', itemFromBeta));
    case 'conversation.item.retrieved':
    case 'response.output_item.added':
    case 'response.output_item.done':
      return [mapped(event, 'item', itemFromBeta)];
    case 'response.created':
    case 'response.done':
      return [mapped(event, 'response', responseFromBeta)];
    default:
      return [renamed(event, TO_GA)];
  }
}

function sessionEventToBeta(event: JsonObject, type: string): JsonObject {
  const { session } = event;
  const transcribes = isJsonObject(session) && session['type'] === 'transcription';
  return { ...mapped(event, 'session', sessionToBeta), type: transcribes ? `transcription_${type}` : type };
}

function transcriptionFromBeta(session: JsonObject): JsonObject {
  return sessionFromBeta(session, 'transcription');
}

function addedAndDone(event: JsonObject): readonly JsonObject[] {
  const { event_id: eventId, item } = event;
  const added = { ...event, type: 'conversation.item.added' };
  if (isJsonObject(item) && item['status'] === 'in_progress') return [added];
  const second = typeof eventId === 'string' ? { event_id: eventId + SECOND } : {};
  return [added, { ...event, ...second, type: 'conversation.item.done' }];
}

function renamed(event: JsonObject, names: ReadonlyMap<unknown, string>): JsonObject {
  const type = names.get(event['type']);
  return type === undefined ? event : { ...event, type };
}
