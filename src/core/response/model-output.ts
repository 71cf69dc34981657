import type { ResponseUsage } from '../../protocol/types.ts';

/** What a model says, piece by piece, in order. */
export type ModelOutput =
  /** Text of the message being said; in an audio response, its transcript. Opens a message item where none is open,
   * also when it is empty. */
  | { readonly type: 'text'; readonly text: string }
  /** Sound of the message being said, as bytes of the response's output format, whole samples. */
  | { readonly type: 'audio'; readonly audio: Uint8Array }
  /** The message item is complete; what follows opens another. */
  | { readonly type: 'message_end' }
  /**
   * A call begins: of a tool of an MCP server where one of that name is offered (of `serverLabel`, where that is given),
   * else of a function. `callId` is a function call's, and minted where absent.
   */
  | {
      readonly type: 'call_start';
      readonly name: string;
      readonly callId?: string;
      readonly serverLabel?: string;
    }
  | { readonly type: 'call_arguments'; readonly delta: string }
  /** The arguments are whole. A call of an MCP tool runs now, and only now. */
  | { readonly type: 'call_end' }
  /** The response is over. Token counts that the model knows replace the session's estimate. */
  | { readonly type: 'end'; readonly usage?: ResponseUsage }
  /** Cut short by a filter (`content_filter`) or the model's own length limit (`max_output_tokens`). */
  | { readonly type: 'incomplete'; readonly reason: 'content_filter' | 'max_output_tokens' }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
