import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { ApiError } from '../../protocol/types.ts';
import { errorEvent } from './error-event.ts';
import type { Frame } from './frame.ts';
import { type Locks, lockedIn, lockedInItem, valueOf } from './locked-fields.ts';
import { relayMistakes } from './mistakes.ts';
import type { Relay } from './options.ts';
import { noTypes, type Passing, pass, type Tap, type Verdict } from './tap.ts';
import { hasTwinKeys } from './twins.ts';

/** Events by which a client sets what may be locked, and the key under which they do. */
const guarded: Readonly<Record<string, 'session' | 'response' | 'item'>> = {
  'session.update': 'session',
  'transcription_session.update': 'session',
  'response.create': 'response',
  'conversation.item.create': 'item',
};

/**
 * Answers for itself what touches a locked field. What another might read otherwise than we do is not let through
 * either. Null where nothing is locked.
 */
export function lockTap(locks: Locks): Tap<Frame> | null {
  if (locks.fields.size === 0) return null;
  return {
    serverTypes: noTypes,
    client(frame) {
      const mistake = ambiguityOf(frame) ?? touchOf(frame, locks);
      return mistake === null ? pass : answered(mistake, frame);
    },
    server: () => pass,
    end() {},
  };
}

/** Why a frame, while some fields are locked, is none that goes through; null where it is. */
function ambiguityOf(frame: Frame): ApiError | null {
  if (!frame.isClear) return frame.isBinary && frame.data[0] !== 0x7b ? null : relayMistakes.unclear();
  if (frame.type === null || !Object.hasOwn(guarded, frame.type)) return null;
  if (frame.event() === null) return relayMistakes.unclear();
  return hasTwinKeys(frame.data.toString()) ? relayMistakes.unclear() : null;
}

function touchOf(frame: Passing, locks: Locks): ApiError | null {
  const key = frame.type === null ? undefined : guarded[frame.type];
  if (key === undefined) return null;
  const part = valueOf(frame.event() ?? {}, key);
  const path = isJsonObject(part) ? pathIn(part, key, locks) : null;
  return path === null ? null : relayMistakes.locked(path);
}

function pathIn(part: JsonObject, key: 'session' | 'response' | 'item', locks: Locks): string | null {
  return key === 'item' ? lockedInItem(part, key, locks.fields) : lockedIn(part, key, locks);
}

function answered(mistake: ApiError, frame: Passing): Verdict {
  const id = frame.event()?.['event_id'];
  const event = errorEvent(mistake, typeof id === 'string' ? id : null);
  return { pass: false, after: [{ to: 'client', event }] };
}

/** The path of what a client secret or a call settles and sessions of a relay may not change; null where there is none. */
export function lockedInSession({ relay }: Relay, session: object): string | null {
  const settings = { ...session } as JsonObject;
  const named = settings['model'];
  const models = [relay.model ?? null, typeof named === 'string' ? named : null];
  return lockedIn(settings, 'session', { fields: new Set(relay.lock), models });
}
