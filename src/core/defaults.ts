import type { ServerVad } from '../protocol/types.ts';

/** A turn detection object as the session holds it: every key present. */
export type FullServerVad = Required<ServerVad>;

/**
 * D1: the prose says 500 ms, the wire and the specification's own example say 200. We take what the wire shows, both for
 * the default session and for a `server_vad` object that leaves the field out.
 */
export const defaultSilenceMs = 200;

/** Turn detection of a session that asked for nothing (behaviour §1.2). */
export const defaultServerVad: FullServerVad = {
  type: 'server_vad',
  threshold: 0.5,
  prefix_padding_ms: 300,
  silence_duration_ms: defaultSilenceMs,
  idle_timeout_ms: null,
  create_response: true,
  interrupt_response: true,
};

/** Sent in clear as `instructions` of a session that gave none (behaviour §1.2 asks for a non-empty text). */
export const defaultInstructions =
  'You are a helpful voice assistant. Answer in the language of the user, in short spoken sentences, warmly and to the point. ' +
  'If you are interrupted, listen. Use a tool whenever one fits the question.';

/** The voice of a session that named none (behaviour §1.2). */
export const defaultVoice = 'alloy';

/** The transcription model of a config that switches transcription on without naming one. */
export const defaultTranscriptionModel = 'gpt-4o-mini-transcribe';

/** Transcription models that stream while audio arrives and refuse turn detection (behaviour §2.2). */
export const modelsWithoutTurnDetection: readonly string[] = ['gpt-realtime-whisper'];

/** Transcription models that send one delta, equal to the final text (behaviour §5.1). */
export const modelsThatSayItAtOnce: readonly string[] = ['whisper-1'];

/** Whether deltas of a transcription model are told while audio arrives, before the commit (behaviour §5.1). */
export function streamsWhileHeard(model: string): boolean {
  return modelsWithoutTurnDetection.includes(model);
}

/** The least audio that a commit accepts (behaviour §2.1). */
export const minimumCommitMs = 100;

/** Speech must last this long before a turn starts, so that a click starts none. */
export const minimumSpeechMs = 60;

/** While speaking, a window counts as silence below the threshold less this much, so that a turn does not flicker. */
export const releaseMargin = 0.15;

/** Once silence has lasted this share of what ends the turn, the turn is likely to end. */
export const preemptiveShare = 0.5;

/** With voice activity detection on, silence older than this falls out of the buffer. */
export const keptSilenceMs = 2000;

/** D9: the close code at the end of a session's allowed age. */
export const expiryCloseCode = 1001;

/** How long a draining session lets its responses run before it cancels them; the whole drain has 10 s. */
export const drainGraceMs = 5000;

/** Close code of a session that ends because the server drains (contract: refusals). */
export const drainCloseCode = 1001;

/** Close code of a session whose reader is too slow (contract: refusals). */
export const slowReaderCloseCode = 1008;

/** Close code of a session whose key has used up what it may spend (contract: refusals). */
export const exhaustedCloseCode = 1008;

/**
 * Tokens that a response may read: a window of 32,768 less the 4,096 that are kept free for its output, as the service's
 * smaller models have it (behaviour §3.3).
 */
export const contextTokens = 32_768 - 4_096;

/** Most tokens that instructions and tools may have together (behaviour §1.3). */
export const instructionTokens = 16_384;

/** Most that the prompt of a session may hold, the variables with their files included. */
export const maxPromptBytes = 1_000_000;

/** Most that the metadata of a session's tracing may hold. */
export const maxTracingBytes = 65_536;

/** Tokens that `rate_limits.updated` claims for a minute; nothing is counted against it here. */
export const tokenLimit = 15_000_000;
