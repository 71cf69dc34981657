import { nowhere, type PlayheadSource, type PlayPosition } from './source.ts';

/** What is read of the `inbound-rtp` statistics of the track that the server speaks on. */
export interface PlayedStatistics {
  /** Seconds of sound that were played, silence included, since the track began. */
  readonly totalSamplesDuration?: number;
}

/** WebRTC: the sound is a track, and the browser's statistics count what was played of it. */
export interface StatisticsSource extends PlayheadSource {
  /** Hand it the newest statistics, several times a second. Time between two reports counts once both are after the start. */
  report(statistics: PlayedStatistics): void;
}

/** A source for calls over WebRTC: it reads from the statistics of the connection how much was played. */
export function statisticsSource(): StatisticsSource {
  let position: PlayPosition = nowhere;
  /** The last report since the server began to play; null before one came. */
  let lastSeconds: number | null = null;
  return {
    isMedia: true,
    attach(given) {
      position = given;
    },
    queued() {
      lastSeconds = null;
    },
    settle() {},
    cleared() {
      lastSeconds = null;
    },
    report({ totalSamplesDuration }) {
      if (totalSamplesDuration === undefined || !Number.isFinite(totalSamplesDuration)) return;
      if (lastSeconds !== null) position.advanceMedia(Math.max(0, totalSamplesDuration - lastSeconds) * 1000);
      lastSeconds = totalSamplesDuration;
    },
  };
}
