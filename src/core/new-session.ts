import { idAt, idSource } from './ids.ts';
import { emptyBuffer } from './input-buffer.ts';
import type { Session, SessionRules } from './session.ts';
import { defaultRealtimeConfig, defaultTranscriptionConfig } from './session-config.ts';

/** What a session is opened with. */
export interface Opening {
  readonly rules: SessionRules;
  /** One number for reproducible ids, or four random 32-bit words. */
  readonly seed: number | readonly [number, number, number, number];
  /** The model's name for a realtime session; null for a transcription session. */
  readonly model: string | null;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A session before its first input, which is `{ from: 'server', say: 'open' }`. */
export function newSession(opening: Opening): Session {
  const source = idSource(opening.seed);
  const id = idAt(source, 'sess', 0);
  const identity = { id, expiresAt: Math.floor((opening.at + opening.rules.maxAgeMs) / 1000) };
  return {
    rules: opening.rules,
    ids: { ...source, minted: { ...source.minted, sess: 1, conv: 1 } },
    phase: 'open',
    config:
      opening.model === null ? defaultTranscriptionConfig(identity) : defaultRealtimeConfig(identity, opening.model),
    buffer: emptyBuffer,
    turn: { phase: 'quiet', onsetTick: null },
    conversation: { id: idAt(source, 'conv', 0), entries: [] },
    responses: [],
    transcriptions: [],
    owedResponse: null,
    hasSpoken: false,
    idleSinceTick: null,
  };
}
