import type { LogProb, TranscriptionUsage } from '../../protocol/types.ts';

/** What a transcriber says of one committed item: deltas and segments, then exactly one of completed and failed. */
export type TranscriberOutput =
  | { readonly type: 'delta'; readonly text: string; readonly logprobs?: readonly LogProb[] }
  /** Times in seconds from the start of the item's audio. */
  | {
      readonly type: 'segment';
      readonly text: string;
      readonly speaker: string;
      readonly start: number;
      readonly end: number;
    }
  | {
      readonly type: 'completed';
      readonly transcript: string;
      readonly usage?: TranscriptionUsage;
      readonly logprobs?: readonly LogProb[];
      readonly languages?: readonly { code: string }[];
    }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };
