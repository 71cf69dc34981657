import { isJsonObject, type JsonObject } from '../json.ts';
import { mapped } from './fields.ts';
import { itemFromBeta, itemToBeta } from './item.ts';
import { responseParamsFromBeta, responseParamsToBeta } from './response.ts';
import { sessionFromBeta, sessionToBeta } from './session.ts';

/**
 * A beta client event as GA has it: the flat session of `session.update`, `transcription_session.update`, the settings
 * of `response.create`, content parts. Never throws; what it does not know or cannot read stays as it is, so that the
 * check of GA events names it. An event in GA shape comes back unchanged.
 */
export function clientEventFromBeta(event: JsonObject): JsonObject {
  switch (event['type']) {
    case 'session.update':
      return mapped(event, 'session', sessionFromBeta);
    case 'transcription_session.update':
      return {
        ...mapped(event, 'session', (session) => sessionFromBeta(session, 'transcription')),
        type: 'session.update',
      };
    case 'conversation.item.create':
      return mapped(event, 'item', itemFromBeta);
    case 'response.create':
      return mapped(event, 'response', responseParamsFromBeta);
    default:
      return event;
  }
}

/** A GA client event as the beta had it. Never throws; what the beta did not know stays as it is. */
export function clientEventToBeta(event: JsonObject): JsonObject {
  switch (event['type']) {
    case 'session.update': {
      const { session } = event;
      const transcribes = isJsonObject(session) && session['type'] === 'transcription';
      const type = transcribes ? 'transcription_session.update' : 'session.update';
      return { ...mapped(event, 'session', sessionToBeta), type };
    }
    case 'conversation.item.create':
      return mapped(event, 'item', itemToBeta);
    case 'response.create':
      return mapped(event, 'response', responseParamsToBeta);
    default:
      return event;
  }
}
