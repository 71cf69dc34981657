import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { errorEvent } from './error-event.ts';
import { relayMistakes } from './mistakes.ts';
import type { UpstreamSettings } from './options.ts';
import { noTypes, type Passing, pass, type Tap, type Verdict } from './tap.ts';

/** The names of a session's model. */
export interface ModelNames {
  /** As the client asked for it; null where it named none. */
  readonly model: string | null;
  /** What the upstream was asked for; null where it was asked for none. */
  readonly upstreamModel: string | null;
}

/**
 * Keeps a session with the model that it was admitted for, which `session.update` could change; and puts the upstream's
 * names of models in place of those that clients know.
 */
export function namesTap({ model, upstreamModel }: ModelNames, { transcriptionModel }: UpstreamSettings): Tap {
  return {
    clientTypes: new Set(['session.update']),
    serverTypes: noTypes,
    client(frame) {
      const session = frame.event()?.['session'];
      if (!isJsonObject(session)) return pass;
      const asked = session['model'];
      if (typeof asked === 'string' && model !== null && asked !== model && asked !== upstreamModel) {
        return {
          pass: false,
          after: [{ to: 'client', event: errorEvent(relayMistakes.otherModel(asked), idOf(frame)) }],
        };
      }
      return renamed(frame, session);
    },
    server: () => pass,
    end() {},
  };

  function renamed(frame: Passing, session: JsonObject): Verdict {
    const isOurs = session['model'] === model && model !== null && upstreamModel !== null && upstreamModel !== model;
    const named = isOurs ? { ...session, model: upstreamModel } : session;
    const heard = transcriptionModel === null ? named : withTranscriptionModel(named, transcriptionModel);
    return heard === session ? pass : { pass: true, as: { ...frame.event(), session: heard } };
  }
}

/** The session with its transcription, where it names a model, made by another. */
export function withTranscriptionModel(session: JsonObject, model: string): JsonObject {
  const { audio } = session;
  const input = isJsonObject(audio) ? audio['input'] : null;
  const transcription = isJsonObject(input) ? input['transcription'] : null;
  if (!isJsonObject(audio) || !isJsonObject(input) || !isJsonObject(transcription)) return session;
  if (typeof transcription['model'] !== 'string') return session;
  return { ...session, audio: { ...audio, input: { ...input, transcription: { ...transcription, model } } } };
}

function idOf(frame: Passing): string | null {
  const id = frame.event()?.['event_id'];
  return typeof id === 'string' ? id : null;
}
