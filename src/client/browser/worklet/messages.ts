import type { Level } from '../../../audio/level-meter.ts';
import type { PlayedSound } from '../../../audio/played-items.ts';
import type { Underruns } from '../../../audio/player.ts';

/** The processors' names. */
export const captureName = 'antiphon-capture';
export const playbackName = 'antiphon-playback';

/** How a capture processor begins. */
export interface CaptureSettings {
  /** Samples per second of the frames. */
  readonly sampleRate: number;
  readonly frameSamples: number;
}

export type ToCapture =
  /** While muted the frames hold silence. */
  | { readonly do: 'mute'; readonly isMuted: boolean }
  /** Give the rest, and end. */
  | { readonly do: 'stop' };

export type FromCapture =
  | { readonly tell: 'frame'; readonly samples: Int16Array<ArrayBuffer>; readonly level: Level }
  | { readonly tell: 'stopped' };

/** How a playback processor begins. */
export interface PlaybackSettings {
  /** Samples per second of what is given to play. */
  readonly sampleRate: number;
  readonly maxWaitingSamples: number;
}

export type ToPlayback =
  | {
      readonly do: 'play';
      readonly itemId: string;
      readonly contentIndex: number;
      readonly samples: Int16Array<ArrayBuffer>;
    }
  /** Answered by a report with the same number. */
  | { readonly do: 'clear'; readonly number: number }
  /** Frames between what is given to the output and what is heard. */
  | { readonly do: 'delay'; readonly frames: number }
  | { readonly do: 'stop' };

/** How playback stands. */
export interface PlaybackReport {
  readonly tell: 'report';
  /** Parts whose numbers have changed since the last report. */
  readonly sounds: readonly PlayedSound[];
  readonly level: Level;
  readonly isSounding: boolean;
  readonly waitingSamples: number;
  readonly underruns: Underruns;
  /** The `clear` that this answers, if any. */
  readonly cleared: number | null;
}

export type FromPlayback = PlaybackReport | { readonly tell: 'full'; readonly itemId: string };
