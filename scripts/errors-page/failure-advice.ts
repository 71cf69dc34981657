import type { FailureCode } from '../../src/engines/openai/failure.ts';

interface Failure {
  readonly when: string;
  readonly todo: string;
}

/** Codes of the session and the engines of this package, in `response.done` and `…transcription.failed`. */
export type BuiltInFailure =
  | FailureCode
  | 'server_error'
  | 'context_length_exceeded'
  | 'audio_unavailable'
  | 'mcp_server_failed'
  | 'session_recovered';

/** When a response or a transcript fails so, and what to do. */
export const failures: Readonly<Record<BuiltInFailure, Failure>> = {
  audio_unavailable: {
    when: 'The sound of the item is no longer kept, so it cannot be transcribed.',
    todo: 'Nothing; a session keeps the newest two minutes of sound.',
  },
  context_length_exceeded: {
    when: 'The conversation is longer than the model can read, and `truncation` is `disabled`.',
    todo: 'Delete items, or set `truncation` to `auto`.',
  },
  engine_bad_answer: {
    when: 'An engine sent something that is no answer, or more than a response may hold.',
    todo: 'Check that the base URL leads to an API of the OpenAI shape, and that the model can do what it is used for.',
  },
  engine_rate_limited: {
    when: 'An endpoint is asked too often, or its quota is used up.',
    todo: 'Ask again after a while, or raise the quota there.',
  },
  engine_rejected: {
    when: 'An endpoint does not take the request: a wrong key, an unknown model, a setting that it does not know.',
    todo: 'Correct what the message names in the configuration; `antiphon check-config --probe` asks the endpoints.',
  },
  engine_timeout: {
    when: 'An engine sent nothing for longer than it may be silent (60 s, unless it says otherwise).',
    todo: 'Ask again. If it happens often, the engine is overloaded, or is still loading its model.',
  },
  engine_unavailable: {
    when: 'An endpoint can’t be reached or failed, or a program that speaks could not be started.',
    todo: 'Start it or correct its address, then ask again.',
  },
  mcp_server_failed: {
    when: 'An MCP server of the operator’s (`mcp_servers`) does not list its tools.',
    todo: 'Check its address and key.',
  },
  server_error: {
    when: 'A model or engine threw something other than an `EngineError`, of which the client learns nothing.',
    todo: 'Ask again. The server’s log says what was thrown and where.',
  },
  session_recovered: {
    when: 'The session was [resumed](resuming.md) after its server or its call had gone, in the middle of this response or transcript.',
    todo: 'Ask again. Everything that was acknowledged before is there.',
  },
};
