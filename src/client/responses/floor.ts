import type { SessionPayload } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';

/** Whether the user's turn will be answered by the server of itself, and how far it is. */
export type Turn =
  | { readonly phase: 'none' }
  /** The user speaks; the server will commit the turn and answer it. */
  | { readonly phase: 'speaking'; readonly itemId: string }
  /** The turn is committed; the server's answer is about to start. */
  | { readonly phase: 'owed' };

/** Who has the floor of the default conversation, as the events tell. */
export interface Floor {
  /** Id of the response in progress. */
  readonly active: string | null;
  readonly turn: Turn;
  /** Items that the server's voice activity detection has ended, or its idle timeout made: it commits them by itself. */
  readonly ending: ReadonlySet<string>;
  /** The settings of turn detection in effect, as JSON. */
  readonly detection: string;
  /** The server answers the turns that it detects. */
  readonly answers: boolean;
}

/** Turns that ended and may yet be committed; the oldest are forgotten first. */
const mostEnding = 64;

const nobody: Turn = { phase: 'none' };

export const emptyFloor: Floor = { active: null, turn: nobody, ending: new Set(), detection: '', answers: false };

/** The floor after an event other than `response.created` (behaviour §2.3, §2.5, §4.1). */
export function foldFloor(floor: Floor, event: AnyServerEvent): Floor {
  switch (event.type) {
    case 'session.created':
    case 'session.updated':
      return configured(floor, event.session);
    case 'response.done':
      return floor.active !== null && floor.active === event.response.id ? { ...floor, active: null } : floor;
    case 'input_audio_buffer.speech_started':
      return floor.answers ? { ...floor, turn: { phase: 'speaking', itemId: event.item_id } } : floor;
    case 'input_audio_buffer.speech_stopped':
    case 'input_audio_buffer.timeout_triggered':
      return { ...floor, ending: new Set([...floor.ending, event.item_id].slice(-mostEnding)) };
    case 'input_audio_buffer.committed':
      return committed(floor, event.item_id);
    case 'input_audio_buffer.cleared':
      return { ...floor, turn: floor.turn.phase === 'speaking' ? nobody : floor.turn };
    default:
      return floor;
  }
}

/** The floor once nobody waits for the turn's answer any more. */
export function turnOver(floor: Floor): Floor {
  return { ...floor, turn: nobody };
}

/** The server made this commit itself; a commit that the client asked for ends a turn without `speech_stopped` (behaviour §2.1). */
export function isServerCommit(floor: Floor, itemId: string): boolean {
  return floor.ending.has(itemId);
}

/** Changed turn detection drops an open turn (behaviour §1.3). */
function configured(floor: Floor, session: SessionPayload): Floor {
  const detection = session.type === 'realtime' ? (session.audio?.input?.turn_detection ?? null) : null;
  const written = JSON.stringify(detection);
  const answers = detection !== null && detection.create_response !== false;
  const turn = written === floor.detection && answers ? floor.turn : nobody;
  return { ...floor, turn, detection: written, answers };
}

/** A response of the default conversation has begun. */
export function begun(floor: Floor, id: string): Floor {
  return { ...floor, active: id, turn: floor.turn.phase === 'owed' ? nobody : floor.turn };
}

function committed(floor: Floor, itemId: string): Floor {
  const bySpeaker = floor.turn.phase === 'speaking' && floor.turn.itemId === itemId;
  if (!floor.ending.has(itemId)) return bySpeaker ? turnOver(floor) : floor;
  const ending = new Set(floor.ending);
  ending.delete(itemId);
  return { ...floor, ending, turn: floor.answers ? { phase: 'owed' } : nobody };
}
