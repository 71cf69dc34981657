import type { AudioFormatName } from '../audio/format.ts';

/** Who sent a frame: `<` the server, `>` the client. */
export type Direction = '<' | '>';

/** Which sound: `in` is what the server heard, `out` what it said. */
export type Track = 'in' | 'out';

/** How sound is held: the wire name of its format, and samples per second. Every format is mono. */
export interface SoundFormat {
  readonly format: AudioFormatName;
  readonly rate: number;
}

/** What can be left out of a take as it is written; keys, tokens and secrets always are. */
export const redactions = ['transcripts', 'instructions', 'tools', 'audio', 'email'] as const;

/** One of `redactions`. */
export type Redaction = (typeof redactions)[number];

/** The first line of a take. */
export interface TakeHeader {
  /** The version of the format. */
  readonly take: 1;
  /** When the connection was opened, as ISO 8601. */
  readonly at: string;
  /** The program that recorded it, and its version. */
  readonly by: string;
  /** What was asked for, without anything that opens a door. */
  readonly url: string;
  /** How the session was reached: `websocket`, `webrtc` … */
  readonly transport: string;
  /** The formats of sound at the opening. */
  readonly in: SoundFormat;
  readonly out: SoundFormat;
  /** What was left out: `keys` always, then what was asked for. */
  readonly redacted: readonly string[];
}

/** How a session ended. */
export interface TakeClosed {
  readonly by: 'server' | 'client';
  readonly code: number;
  readonly reason: string;
}

/** Samples `[from, to)` of a file of sound: `in.wav` is file 1 of its track, `in-2.wav` file 2. */
export interface SoundRange {
  readonly track: Track;
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

/** The name of a file of sound in the folder of a take. */
export function soundFileName({ track, file }: Pick<SoundRange, 'track' | 'file'>): string {
  return file === 1 ? `${track}.wav` : `${track}-${file}.wav`;
}

/** Standard base64, as the platform does it best; `decode` gives null for what is none. */
export interface Base64 {
  decode(text: string): Uint8Array | null;
  encode(bytes: Uint8Array): string;
}
