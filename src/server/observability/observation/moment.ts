import type { Response } from '../../../protocol/types.ts';

/**
 * Something in a session's life that an operator may want to know of. `at` is Unix time in milliseconds, as is every
 * `…At`. A time is null where the thing it counts from never happened.
 */
export type Moment = { readonly at: number } & (
  | { readonly is: 'error'; readonly code: string | null }
  /** Speech has become an item of the conversation. */
  | { readonly is: 'committed'; readonly itemId: string; readonly sinceSpeechMs: number | null }
  /** A transcriber is done with an item, whether or not the client asked for the transcript. */
  | {
      readonly is: 'transcribed';
      readonly itemId: string;
      readonly transcript: string;
      readonly sinceSpeechMs: number | null;
    }
  | { readonly is: 'transcription_failed'; readonly itemId: string; readonly code: string }
  /** The client put text of the user into the conversation. */
  | { readonly is: 'typed'; readonly itemId: string; readonly text: string }
  | {
      readonly is: 'response_started';
      readonly response: Response;
      readonly sinceSpeechMs: number | null;
    }
  /** The first delta of any kind, and the first of sound. */
  | {
      readonly is: 'first_token' | 'first_audio';
      readonly responseId: string;
      readonly sinceStartMs: number;
      readonly sinceSpeechMs: number | null;
    }
  /** The model has finished a call: of a function, which the client runs, or of an MCP tool, which the server has run. */
  | {
      readonly is: 'tool_call';
      readonly responseId: string;
      readonly kind: 'function' | 'mcp';
      readonly name: string;
      readonly callId: string;
    }
  /** A message of the assistant is complete, or as complete as it will be. */
  | { readonly is: 'said'; readonly responseId: string; readonly itemId: string; readonly text: string }
  | {
      readonly is: 'response_done';
      readonly response: Response;
      readonly sinceStartMs: number;
      readonly sinceSpeechMs: number | null;
    }
  /** A translation session has rendered one utterance; `heard` is empty where the client did not ask for it. */
  | { readonly is: 'translated'; readonly heard: string; readonly said: string }
);
