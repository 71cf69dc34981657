import type { ClientEventMap, ServerEventMap } from '../protocol/types.ts';

export type ClientEvent = ClientEventMap[keyof ClientEventMap];
export type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** What made a session send something. */
export type Cause =
  /** A frame that is an event, `input_audio_buffer.append` excepted. */
  | { readonly by: 'client'; readonly event: ClientEvent }
  /** A frame that is refused before it is an event. `eventId`: what it carries as `event_id`, if anything. */
  | { readonly by: 'mistake'; readonly text: string; readonly eventId: string | null }
  /** `input_audio_buffer.append` with so many bytes of the session's input format. */
  | { readonly by: 'microphone'; readonly bytes: number; readonly eventId: string | null }
  /** Something that no client did: a model's piece, a transcript, a timer, a drain. In words, for reading a trace. */
  | { readonly by: 'server'; readonly what: string };

/**
 * A stretch of a session: what happened, and what was sent because of it before anything else happened. More than one
 * cause where a client does not read: then the answers to all come together, in order.
 */
export interface Moment {
  readonly causes: readonly Cause[];
  readonly sent: readonly ServerEvent[];
  /** Whether the session closed in it. */
  readonly closes: boolean;
}

/** An event at its place in a trace. */
export interface Sent {
  readonly event: ServerEvent;
  /** Its index among all events of the trace. */
  readonly at: number;
  /** The index of its moment. */
  readonly moment: number;
}

/** A session as it went: what came in, what went out, in order. */
export interface Trace {
  readonly moments: readonly Moment[];
  /** Every event sent, in order. */
  readonly events: readonly Sent[];
  /** The moment in which the session closed; null while it is open. */
  readonly closedIn: number | null;
  /** The server plays the sound, as in a call, and tells of it (behaviour §7.3). */
  readonly hasMedia: boolean;
}

/** A trace of moments; `hasMedia`: of a session whose sound the server plays. */
export function traceOf(moments: readonly Moment[], hasMedia = false): Trace {
  const events: Sent[] = [];
  for (const [moment, { sent }] of moments.entries()) {
    for (const event of sent) events.push({ event, at: events.length, moment });
  }
  const closedIn = moments.findIndex(({ closes }) => closes);
  return { moments, events, closedIn: closedIn < 0 ? null : closedIn, hasMedia };
}

/** The client's own id of what it sent; null for what it left without one, and for what no client sent. */
export function eventIdOf(cause: Cause): string | null {
  switch (cause.by) {
    case 'client':
      return cause.event.event_id ?? null;
    case 'mistake':
    case 'microphone':
      return cause.eventId;
    case 'server':
      return null;
    default:
      return cause satisfies never;
  }
}

/** Whether a client approves a call of an MCP tool, which starts a response by itself (behaviour §6.2). */
export function approves(cause: Cause): boolean {
  if (cause.by !== 'client' || cause.event.type !== 'conversation.item.create') return false;
  const { item } = cause.event;
  return item.type === 'mcp_approval_response' && item.approve;
}

/** Whether a frame of the client is what happened. */
export function isFrame(cause: Cause): boolean {
  return cause.by !== 'server';
}

/** The cause of a moment that has one, when it is a client's event; null otherwise. */
export function soleEvent(moment: Moment): ClientEvent | null {
  const [cause] = moment.causes;
  return moment.causes.length === 1 && cause?.by === 'client' ? cause.event : null;
}

/** Errors of a moment that answer something, not those that announce the end of the session. */
export function refusalsIn(moment: Moment): ServerEventMap['error'][] {
  return moment.sent.flatMap((event) =>
    event.type !== 'error' || (moment.closes && closingCodes.has(event.error.code ?? '')) ? [] : [event],
  );
}

/** The error that answers the only cause of a moment; null where it was accepted. */
export function refusalIn(moment: Moment): ServerEventMap['error'] | null {
  return refusalsIn(moment)[0] ?? null;
}

/** Codes of the errors that announce the end of a session (behaviour §8, contract: refusals). */
export const closingCodes: ReadonlySet<string> = new Set(['session_expired', 'server_draining', 'slow_consumer']);

/** One line for each cause and each event: what a reader of a failure wants to see. */
export function printTrace(trace: Trace): string {
  return trace.moments
    .flatMap(({ causes, sent, closes }, index) => [
      `${String(index).padStart(3)} ${causes.map(printCause).join(' + ')}${closes ? '  (closes)' : ''}`,
      ...sent.map((event) => `      → ${printEvent(event)}`),
    ])
    .join('\n');
}

function printCause(cause: Cause): string {
  switch (cause.by) {
    case 'client':
      return JSON.stringify(cause.event);
    case 'mistake':
      return `refused frame ${cause.text}`;
    case 'microphone':
      return `append of ${cause.bytes} bytes`;
    case 'server':
      return cause.what;
    default:
      return cause satisfies never;
  }
}

const longestShown = 200;

function printEvent(event: ServerEvent): string {
  const { type, ...rest } = event;
  const text = JSON.stringify(rest);
  return `${type} ${text.length > longestShown ? `${text.slice(0, longestShown)}…` : text}`;
}
