import type { ApiError, RateLimit, SessionPayload } from '../../protocol/events/index.ts';
import { changeResponse } from './change-item.ts';
import type { UserTurn, View, ViewResponse } from './state.ts';
import { numberOf, objectOf, objectsOf, type Told, type ToldEvent, textOf } from './told.ts';

/** What a server says of the session, of the user's turn, and of what it plays. */
export function foldSession(view: View, event: ToldEvent): View {
  switch (event.type) {
    case 'session.created':
      return created(view, objectOf(event.session));
    case 'session.updated':
      return updated(view, objectOf(event.session));
    case 'rate_limits.updated':
      // As told: shown, never counted with.
      return { ...view, rateLimits: objectsOf(event.rate_limits) as readonly RateLimit[] };
    case 'error':
      return { ...view, lastError: readError(objectOf(event.error)) };
    case 'output_audio_buffer.started':
      return played(view, event.response_id, 'playing');
    case 'output_audio_buffer.stopped':
      return played(view, event.response_id, 'stopped');
    case 'output_audio_buffer.cleared':
      return played(view, event.response_id, 'cleared');
    case 'input_audio_buffer.speech_started': {
      const itemId = textOf(event.item_id);
      const audioStartMs = numberOf(event.audio_start_ms);
      return { ...view, turn: { itemId, phase: 'speaking', audioStartMs, audioEndMs: null } };
    }
    case 'input_audio_buffer.speech_stopped':
      return { ...view, turn: stopped(view.turn, numberOf(event.audio_end_ms)) };
    case 'input_audio_buffer.committed':
    case 'input_audio_buffer.cleared':
      return view.turn === null ? view : { ...view, turn: null };
    default:
      return view;
  }
}

function stopped(turn: UserTurn | null, audioEndMs: number): UserTurn | null {
  return turn === null ? null : { ...turn, phase: 'stopped', audioEndMs };
}

/** A session begins. The second one of a view is a reconnection: nothing of the first is known to the server. */
function created(view: View, told: Told<SessionPayload> | null): View {
  const session = told as SessionPayload | null;
  if (view.session === null || (idOf(view.session) !== '' && idOf(view.session) === idOf(session))) {
    return { ...view, session };
  }
  const items = view.items.map((item) =>
    item.status === 'in_progress'
      ? ({ ...item, status: 'incomplete', interrupted: true, stale: true, awaitedId: null } as const)
      : { ...item, stale: true, awaitedId: null },
  );
  const responses = view.responses.map(
    (response): ViewResponse => ({
      ...response,
      status: response.status === 'in_progress' ? 'lost' : response.status,
      stale: true,
    }),
  );
  return { ...view, session, items, responses, turn: null, early: [], deletedIds: [] };
}

/** Another turn detection drops the open turn (behaviour §1.3). */
function updated(view: View, told: Told<SessionPayload> | null): View {
  const session = told as SessionPayload | null;
  const same = detectionOf(view.session) === detectionOf(session);
  return { ...view, session, turn: same ? view.turn : null };
}

function idOf(session: SessionPayload | null): string {
  return session !== null && 'id' in session ? textOf(session.id) : '';
}

function detectionOf(session: SessionPayload | null): string {
  return JSON.stringify(objectOf(objectOf(session?.audio)?.input)?.turn_detection ?? null);
}

function played(view: View, responseId: unknown, playback: ViewResponse['playback']): View {
  return changeResponse(view, textOf(responseId), (response) => ({ ...response, playback }));
}

function readError(told: Told<ApiError> | null): ApiError {
  const { type, code, message, param, event_id } = told ?? {};
  return {
    type: textOf(type),
    code: typeof code === 'string' ? code : null,
    message: textOf(message),
    param: typeof param === 'string' ? param : null,
    event_id: typeof event_id === 'string' ? event_id : null,
  };
}
