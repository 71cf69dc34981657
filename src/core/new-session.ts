import type { Session as SessionUpdate } from '../protocol/types.ts';
import { noItems } from './conversation/item-list.ts';
import { idAt, idSource } from './ids.ts';
import { emptyBuffer } from './input-audio/buffer.ts';
import { noMcp } from './mcp/state.ts';
import { nothingPlayed } from './playback/state.ts';
import type { Session, SessionConfig, SessionRules } from './session.ts';
import {
  defaultRealtimeConfig,
  defaultTranscriptionConfig,
  type Merged,
  merge,
  rulesBeforeBeginning,
  type SessionIdentity,
} from './session-config.ts';

/** What a session is opened with. */
export interface Opening {
  /** The session's id, such as `sess_…`: not of the seed, so that no two sessions ever share one. */
  readonly id: string;
  readonly rules: SessionRules;
  /** One number for reproducible ids, or four random 32-bit words. */
  readonly seed: number | readonly [number, number, number, number];
  /** The model's name for a realtime session; null for a transcription session. */
  readonly model: string | null;
  /** What a client secret has settled already; it was checked when the secret was made. */
  readonly settled?: SessionUpdate;
  /** The server plays the sound of its responses, and is told how far it has come (`{ from: 'playback' }`). Default: clients do. */
  readonly hasMedia?: boolean;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A session before its first input, which is `{ from: 'server', say: 'open' }`. */
export function newSession(opening: Opening): Session {
  const source = idSource(opening.seed);
  const identity = { id: opening.id, expiresAt: Math.floor((opening.at + opening.rules.maxAgeMs) / 1000) };
  return {
    rules: opening.rules,
    ids: { ...source, minted: { ...source.minted, conv: 1 } },
    phase: 'open',
    config: openingConfig(identity, opening.model, opening.settled),
    buffer: emptyBuffer,
    turn: { phase: 'quiet', onsetTick: null },
    conversation: { id: idAt(source, 'conv', 0), items: noItems },
    responses: [],
    streaming: null,
    transcriptions: [],
    mcp: noMcp,
    owedResponse: null,
    preemption: null,
    hasSpoken: false,
    timers: {},
    idleSinceTick: null,
    playback: opening.hasMedia === true ? nothingPlayed : null,
  };
}

/** What the session starts from: the defaults, and over them what was settled. */
function openingConfig(identity: SessionIdentity, model: string | null, settled?: SessionUpdate): SessionConfig {
  const merged = settledConfig(identity, model, settled ?? null);
  return merged.ok ? merged.config : defaultConfig(identity, model);
}

/** The defaults with an update over them, or why it is refused: what a client secret is made of (behaviour §1.5). */
export function settledConfig(identity: SessionIdentity, model: string | null, update: SessionUpdate | null): Merged {
  const config = defaultConfig(identity, model);
  return update === null ? { ok: true, config } : merge(config, update, rulesBeforeBeginning);
}

function defaultConfig(identity: SessionIdentity, model: string | null): SessionConfig {
  return model === null ? defaultTranscriptionConfig(identity) : defaultRealtimeConfig(identity, model);
}
