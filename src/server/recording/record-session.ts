import type { CodedMedia, Media } from '../../media/media.ts';
import { credentialOf, type HeaderReader } from '../admission/keys.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { Insight } from '../observability/insight.ts';
import type { SessionFacts } from '../observability/observation/observer.ts';
import type { Passing } from '../operators/passing.ts';
import { recordedMedia } from './recorded-media.ts';
import type { Recorder, SessionRecording } from './recorder.ts';

/** What recording takes, of all sessions of a server. */
export interface RecordingHouse {
  /** Null where nothing is recorded. */
  readonly record: Recorder | null;
  /** Every key that is configured: none may stand in a recording. */
  readonly keyTexts: readonly string[];
  readonly tls: object | null;
  readonly clock: Clock;
  readonly insight: Pick<Insight, 'recordings'>;
}

/** A connection whose session is about to begin. */
export interface Recordable {
  readonly passing: Passing;
  /** Path and query of its request. */
  readonly target: string;
  readonly header: HeaderReader;
  readonly log: SessionLog;
}

/** The recording of one session. */
export interface SessionTape {
  /** Every frame that passes is recorded from now on, if this session is to be. Called before the first. */
  begin(facts: Pick<SessionFacts, 'id' | 'at' | 'transport'>): void;
  /** The same sound, recorded too. */
  over(media: Media | CodedMedia): Media | CodedMedia;
}

const blank: SessionTape = { begin() {}, over: (media) => media };

/** Gets ready to record a session. */
export function sessionTape(house: RecordingHouse, recordable: Recordable): SessionTape {
  const { record, clock, insight } = house;
  if (record === null) return blank;
  const { passing, log } = recordable;
  let recording: SessionRecording | null = null;
  let at = 0;
  const since = (): number => clock.now() - at;
  return {
    begin(facts) {
      at = facts.at;
      const tape = record.begin({ ...facts, ...described(house, recordable) }, (outcome, cause) => {
        insight.recordings.over(outcome);
        if (outcome === 'failed') log.warn('a session is not recorded any further', { err: cause });
      });
      if (tape === null) return;
      recording = tape;
      passing.record({
        frame(by, frame) {
          if (typeof frame === 'string') tape.frame(since(), by, frame);
          else if (tape.utf8 === undefined) tape.frame(since(), by, Buffer.concat(frame).toString());
          else tape.utf8(since(), by, frame);
        },
        binary: (by, bytes) => tape.binary(since(), by, bytes),
        closed: (closed) => tape.closed(since(), closed),
      });
    },
    over: (media) => recordedMedia(media, () => recording, since),
  };
}

function described(
  { tls, keyTexts }: RecordingHouse,
  { target, header }: Recordable,
): { url: string; secrets: readonly string[] } {
  const credential = credentialOf(header);
  return {
    url: `${tls === null ? 'ws' : 'wss'}://${header('host') ?? 'localhost'}${target}`,
    secrets: credential === null ? keyTexts : [...keyTexts, credential],
  };
}
