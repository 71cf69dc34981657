import type { Turn } from './turn.ts';

/** How long a user waited in one turn, in milliseconds; null for what did not come. */
export interface Latency {
  readonly n: number;
  /** From the last word, or from sending, until sound came. */
  readonly toSound: number | null;
  /** Likewise until the first token. */
  readonly toToken: number | null;
  /** The silence that it took to end the turn. */
  readonly silence: number | null;
}

/** The waits of each turn that was answered. */
export function latenciesOf(turns: readonly Turn[]): readonly Latency[] {
  return turns.flatMap((turn) => {
    const { n, speech, silence, firstSoundT, firstTokenT, committedT, askedT, fromT } = turn;
    if (turn.createdT === null) return [];
    const sinceT = speech?.toT ?? askedT ?? committedT ?? fromT;
    const since = (t: number | null): number | null => (t === null ? null : Math.max(0, t - sinceT));
    return [
      {
        n,
        toSound: since(firstSoundT),
        toToken: since(firstTokenT),
        silence: silence === null ? null : silence.toT - silence.fromT,
      },
    ];
  });
}

/** The value below which a share of the values lies; null where there are none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
