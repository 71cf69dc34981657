import type { Direction, TakeClosed } from '../../take/format.ts';

/** A session that could be recorded. */
export interface RecordedSession {
  /** As operators see it. */
  readonly id: string;
  /** Unix milliseconds at which it began. */
  readonly at: number;
  /** What was asked for. */
  readonly url: string;
  readonly transport: string;
  /** Keys that may not stand in the recording, in whatever place. */
  readonly secrets: readonly string[];
}

/** What is told while a session runs. Times are milliseconds since it began. Nothing here throws or takes long. */
export interface SessionRecording {
  frame(t: number, by: Direction, text: string): void;
  /** The same of a frame that is UTF-8 already, in pieces that nobody changes. Absent: `frame` is told its text. */
  utf8?(t: number, by: Direction, pieces: readonly Uint8Array[]): void;
  /** A binary frame; of many only the length is known, and then its bytes are zeros. */
  binary(t: number, by: Direction, bytes: Uint8Array): void;
  /** Sound of a call, PCM of 24 kHz: as it was heard, and as it was played with the item that it is of. */
  heard(t: number, samples: Int16Array): void;
  played(t: number, samples: Int16Array, itemId: string | null): void;
  /** The session has ended; the last thing told. */
  closed(t: number, closed: TakeClosed): void;
}

/** What a recording comes to, by its label in metrics. */
export type RecordingOutcome = 'kept' | 'dropped' | 'failed';

/** Writes sessions down, such as `recordTo` and `--record` do. */
export interface Recorder {
  /** Begins to record a session; null where this one is left out. `over` is told once what came of it. */
  begin(session: RecordedSession, over: (outcome: RecordingOutcome, cause?: unknown) => void): SessionRecording | null;
  /** Resolves when all that has ended is written. */
  settled(): Promise<void>;
}
