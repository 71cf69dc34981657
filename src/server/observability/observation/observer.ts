import type { Wire } from '../../../wire/wire.ts';
import type { HeaderReader } from '../../admission/keys.ts';
import type { Moment } from './moment.ts';

/** What kind of session it is, by the name that the wire has for it. */
export type SessionKind = 'realtime' | 'transcription' | 'translation';

/** How a session's peer reaches it. */
export type Transport = 'websocket' | 'webrtc' | 'twilio' | 'telnyx' | 'sip';

/** A session that has just been opened. */
export interface SessionFacts {
  readonly id: string;
  readonly kind: SessionKind;
  readonly transport: Transport;
  /** Null for a transcription session, which names no model. */
  readonly model: string | null;
  /** Unix time in milliseconds. */
  readonly at: number;
  readonly wire: Pick<Wire, 'pendingBytes'>;
  /** Who answers in our place. Absent where we do. */
  readonly upstream?: UpstreamFacts;
}

/** The upstream of a session that is passed on. */
export interface UpstreamFacts {
  /** By the name that OpenTelemetry has for it. */
  readonly provider: string;
  /** Its host. */
  readonly address: string;
}

/** What is told of one session. Nothing here may throw or wait: it runs inside the session's step. */
export interface SessionWatch {
  /** So many milliseconds of sound came from the client. */
  heard(ms: number): void;
  /** So many milliseconds of sound went to the client. */
  spoke(ms: number): void;
  moment(moment: Moment): void;
  /** The wire has closed with this code; the last thing told. */
  closed(at: number, code: number): void;
}

/** Opens the watch of one session, however its peer reaches it. */
export type Watch = (facts: Omit<SessionFacts, 'transport'>) => SessionWatch;

/** Watches a server, and changes nothing in it. */
export interface Observer {
  /** A connection was refused, with this code or, where the refusal has none, its type. */
  refused(code: string): void;
  /** A session has begun; `header` reads the request that asked for it. */
  opened(facts: SessionFacts, header: HeaderReader): SessionWatch;
}

/** Sees nothing. */
export const blindWatch: SessionWatch = { heard() {}, spoke() {}, moment() {}, closed() {} };

/** Tells several observers the same, in order. */
export function together(observers: readonly Observer[]): Observer {
  return {
    refused: (code) => {
      for (const observer of observers) observer.refused(code);
    },
    opened(facts, header) {
      const opened = observers.map((observer) => observer.opened(facts, header));
      const watches = opened.filter((watch) => watch !== blindWatch);
      const [only] = watches;
      return only !== undefined && watches.length === 1 ? only : watchTogether(watches);
    },
  };
}

/** Tells several watches the same, in order. */
export function watchTogether(watches: readonly SessionWatch[]): SessionWatch {
  return {
    heard: (ms) => {
      for (const watch of watches) watch.heard(ms);
    },
    spoke: (ms) => {
      for (const watch of watches) watch.spoke(ms);
    },
    moment: (moment) => {
      for (const watch of watches) watch.moment(moment);
    },
    closed: (at, code) => {
      for (const watch of watches) watch.closed(at, code);
    },
  };
}
