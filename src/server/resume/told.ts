import type { ServerEventMap } from '../../protocol/types.ts';

type Updated = ServerEventMap['session.resumption.updated'];
type Ending = ServerEventMap['session.ending'];

/** What came before can be taken up again by `handle`; the server holds so much of the session's sound. */
export function resumptionUpdated(eventId: string, handle: string, inputAudioMs: number): Updated {
  const type = 'session.resumption.updated';
  return { type, event_id: eventId, handle, resumable: true, input_audio_ms: inputAudioMs };
}

/** The connection will be closed in so many milliseconds, and the session may be taken up again by `handle`. */
export function sessionEnding(eventId: string, reason: Ending['reason'], leftMs: number, handle: string): Ending {
  return { type: 'session.ending', event_id: eventId, reason, time_left_ms: leftMs, handle };
}
