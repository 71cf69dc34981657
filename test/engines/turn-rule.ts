import type { VadSession } from '../../src/engines/index.ts';

/** A stretch of speech, in milliseconds from the beginning. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

const minimumSpeechMs = 60;
const releaseMargin = 0.15;

export interface Rule {
  readonly threshold: number;
  readonly silenceMs: number;
}

/**
 * The rule by which a session finds turns, written a second time: 60 ms at or above the threshold begin one, so much
 * silence below the lower threshold ends it. A span is the speech itself, without padding and without that silence.
 */
export function turnsHeard(session: VadSession, samples: Int16Array, sampleRate: number, rule: Rule): readonly Span[] {
  const windowMs = (session.windowSamples * 1000) / sampleRate;
  const turns: Span[] = [];
  let loudMs = 0;
  let silentMs = 0;
  let startMs: number | null = null;
  for (let from = 0; from + session.windowSamples <= samples.length; from += session.windowSamples) {
    const probability = session.probability(samples.subarray(from, from + session.windowSamples));
    const endMs = ((from + session.windowSamples) * 1000) / sampleRate;
    if (startMs === null) {
      loudMs = probability >= rule.threshold ? loudMs + windowMs : 0;
      if (loudMs >= minimumSpeechMs) [startMs, silentMs] = [endMs - loudMs, 0];
      continue;
    }
    silentMs = probability >= rule.threshold - releaseMargin ? 0 : silentMs + windowMs;
    if (silentMs < rule.silenceMs) continue;
    turns.push({ startMs, endMs: endMs - silentMs });
    [startMs, loudMs] = [null, 0];
  }
  return startMs === null ? turns : [...turns, { startMs, endMs: Infinity }];
}
