import type { Story } from '../story/story.ts';
import type { Recorder } from '../take/recorder.ts';

/** What becomes of what the microphone hears. */
export type Listening = 'on' | 'silent' | 'off';

/** The sound of a session that the page holds, both ways. */
export interface SessionSound {
  /** Whether there is a microphone. */
  readonly speaks: boolean;
  /** Before the session is ready: devices take their time. @throws {AudioDeviceError} */
  open(speaks: boolean): Promise<void>;
  /** The session is ready. */
  began(): void;
  /**
   * `silent`: what is sent is silence, in which a server hears the end of a turn. `off`: nothing is sent, where that can be
   * done, since nobody would take it out of the input buffer.
   */
  listen(how: Listening): void;
  /** What is being said stops, and the server is told how much was heard. */
  interrupt(): void;
  close(): Promise<void>;
}

/** What the sound of a session tells, and whom. */
export interface SoundTold {
  /** On the clock of the session. */
  now(): number;
  level(track: 'in' | 'out', db: number): void;
  readonly recorder: Recorder;
  readonly story: Story;
}
