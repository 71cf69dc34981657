import type { Sound, VoiceQueue } from './contract.ts';
import { readAhead } from './pipeline/read-ahead.ts';
import { soundPieces } from './sound-pieces.ts';
import type { SpeakOptions, Synthesizer } from './synthesizer.ts';
import { type Alarms, longestSilenceMs, realAlarms, withinTime } from './within-time.ts';

/** Where a text waits until it may be spoken, and whose time that takes. */
export interface InTurn {
  /** Where the voice waits for its turn. Absent: it speaks at once. */
  readonly voices?: VoiceQueue | undefined;
  /** Default: the machine's. */
  readonly alarms?: Alarms;
}

/** Pieces that are made before they are asked for: 60 s, more than any text takes that is spoken in one go. */
const piecesAhead = 600;

/**
 * The sound of a text, in pieces of at most 100 ms: begun when it is this voice's turn, and made without waiting for the
 * reader, so that one that lags keeps nobody else's voice from speaking. A voice that falls silent for longer than it may
 * is stopped: the pieces end with an `EngineError`.
 */
export function speakInTurn(
  synthesizer: Synthesizer,
  text: string,
  options: SpeakOptions,
  { voices, alarms = realAlarms }: InTurn = {},
): AsyncIterable<Sound> {
  const { signal } = options;
  const { silenceMs = longestSilenceMs } = synthesizer;
  const speak = (until: AbortSignal): AsyncIterable<Sound> => synthesizer.speak(text, { ...options, signal: until });

  async function* inTurn(): AsyncGenerator<Sound, void> {
    const leave = voices === undefined ? () => {} : await voices.take(signal);
    if (leave === null) return;
    try {
      const sounds = withinTime(speak, { signal, silenceMs, alarms, who: 'The voice' });
      for await (const sound of sounds) yield* soundPieces(sound);
    } finally {
      leave();
    }
  }

  return readAhead(inTurn, piecesAhead, signal);
}
