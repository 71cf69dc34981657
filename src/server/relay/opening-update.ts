import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { refusals } from '../admission/refusal.ts';
import type { SessionLog } from '../log.ts';
import type { SessionKind } from '../observability/observation/observer.ts';
import { withTranscriptionModel } from './names-tap.ts';
import { noTypes, pass, type Tap, type TapHands } from './tap.ts';

/** Names our own `session.update`, so that its refusal is known. */
const openingEventId = 'event_antiphon_opening';

interface OpeningParts {
  /** What the relay is configured with. */
  readonly configured: JsonObject | null;
  /** What the client secret has settled. */
  readonly settled: object | undefined;
  /** What the upstream calls the model that transcribes; null where that is what clients call it. */
  readonly transcriptionModel: string | null;
}

/**
 * What an upstream is sent before anything of the client's: the session that the relay is configured with, and over it
 * what the client secret has settled. Null where there is neither for a session of this kind.
 */
export function openingUpdate(kind: SessionKind, parts: OpeningParts): JsonObject | null {
  const session = openingSession(kind, parts);
  return session === null ? null : { type: 'session.update', event_id: openingEventId, session };
}

/** The session of that. Its model is named elsewhere. */
export function openingSession(
  kind: SessionKind,
  { configured, settled, transcriptionModel }: OpeningParts,
): JsonObject | null {
  const ofKind = configured !== null && (configured['type'] ?? 'realtime') === kind ? configured : null;
  const { model: _model, ...bound } = { ...settled } as JsonObject;
  if (ofKind === null && Object.keys(bound).length === 0) return null;
  const type = kind === 'translation' ? {} : { type: kind };
  const session = { ...merged(ofKind ?? {}, bound), ...type };
  return transcriptionModel === null ? session : withTranscriptionModel(session, transcriptionModel);
}

/** The only objects of a session that an update fills in field by field; any other takes the place of what was there. */
const filledIn: ReadonlySet<string> = new Set(['audio', 'input', 'output']);

/**
 * The rule by which a session of ours takes an update, for settings that nobody has checked: upstreams may know fields that
 * we don't. The core's own merge and that of calls work on settings that were read, and can't serve here.
 */
function merged(below: JsonObject, over: JsonObject): JsonObject {
  const result = { ...below };
  for (const [key, value] of Object.entries(over)) {
    const under = result[key];
    const isFilledIn = filledIn.has(key) && isJsonObject(value) && isJsonObject(under);
    result[key] = isFilledIn ? merged(under, value) : value;
  }
  return result;
}

/** Ends a session whose upstream refuses what it was to begin with: it would not be what its operator meant. */
export function openingTap(hands: TapHands, log: SessionLog): Tap {
  return {
    clientTypes: noTypes,
    serverTypes: new Set(['error']),
    client: () => pass,
    server(frame) {
      const error = frame.event()?.['error'];
      if (!isJsonObject(error) || error['event_id'] !== openingEventId) return pass;
      const [code, param] = [error['code'], error['param']].map((told) => (typeof told === 'string' ? told : null));
      log.error('the upstream refuses the session that it is sent first', { code, param });
      hands.end(refusals.internal());
      return { pass: false };
    },
    end() {},
  };
}
