import type { Direction, TakeClosed } from '../../take/format.ts';

/** A session that could be recorded. */
export interface RecordedSession {
  /** The session's id, as operators see it. */
  readonly id: string;
  /** When it began, in Unix milliseconds. */
  readonly at: number;
  /** The URL that the client asked for. */
  readonly url: string;
  readonly transport: string;
  /** Keys that must not appear anywhere in the recording. */
  readonly secrets: readonly string[];
}

/** Takes down what happens while a session runs. Times are milliseconds since it began. No method throws or takes long. */
export interface SessionRecording {
  frame(t: number, by: Direction, text: string): void;
  /** The same for a frame that is UTF-8 already, in pieces that do not change. If it is absent, `frame` gets the text. */
  utf8?(t: number, by: Direction, pieces: readonly Uint8Array[]): void;
  /** A binary frame. Of many only the length is known; then the bytes are zeros. */
  binary(t: number, by: Direction, bytes: Uint8Array): void;
  /** Sound of a call, as 24 kHz PCM: what was received (`heard`), and what was `played`, with the item that it belongs to. */
  heard(t: number, samples: Int16Array): void;
  played(t: number, samples: Int16Array, itemId: string | null): void;
  /** The session has ended. Nothing comes after it. */
  closed(t: number, closed: TakeClosed): void;
}

/** The outcome of a recording, as metrics label it. */
export type RecordingOutcome = 'kept' | 'dropped' | 'failed';

/** Records sessions, as `recordTo` and `--record` do. */
export interface Recorder {
  /** Begins to record a session, or returns null if this one is left out. `over` is called once, with the outcome. */
  begin(session: RecordedSession, over: (outcome: RecordingOutcome, cause?: unknown) => void): SessionRecording | null;
  /** Resolves when every session that has ended is written. */
  settled(): Promise<void>;
}
