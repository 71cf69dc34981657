import type { ResponseUsage, TranscriptionUsage } from '../protocol/types.ts';

/** Tokens by what they stand for. */
export interface TokenCounts {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
  /** Tokens of a sum that the server did not split up. */
  readonly other: number;
}

/** What was used, summed up. */
export interface Usage {
  /** Responses that reported what they used. */
  readonly responses: number;
  /** All that the model read, cached tokens included. Each response reads its whole context anew. */
  readonly input: TokenCounts;
  /** The part of `input` that came from the cache. */
  readonly cached: TokenCounts;
  /** What the model wrote and said. */
  readonly output: TokenCounts;
  /** Transcription of what the user said, by another model at its own rate; no part of the counts above. */
  readonly transcription: {
    /** Of models billed by token. */
    readonly input: TokenCounts;
    readonly output: number;
    /** Of models billed by length: seconds of sound. */
    readonly seconds: number;
  };
}

const none: TokenCounts = { text: 0, audio: 0, image: 0, other: 0 };

/** Nothing used yet: where adding up begins. */
export const noUsage: Usage = {
  responses: 0,
  input: none,
  cached: none,
  output: none,
  transcription: { input: none, output: 0, seconds: 0 },
};

/** With what a response used (`response.done`). A response without usage changes nothing; missing counts are 0. */
export function addResponseUsage(usage: Usage, used: ResponseUsage | null | undefined): Usage {
  if (typeof used !== 'object' || used === null) return usage;
  const read = used.input_token_details;
  return {
    ...usage,
    responses: usage.responses + 1,
    input: plus(usage.input, split(read, used.input_tokens)),
    cached: plus(usage.cached, split(read?.cached_tokens_details, read?.cached_tokens)),
    output: plus(usage.output, split(used.output_token_details, used.output_tokens)),
  };
}

/** With what a transcription used (`conversation.item.input_audio_transcription.completed`). */
export function addTranscriptionUsage(usage: Usage, used: TranscriptionUsage | null | undefined): Usage {
  if (typeof used !== 'object' || used === null) return usage;
  const { input, output, seconds } = usage.transcription;
  const transcription =
    used.type === 'duration'
      ? { input, output, seconds: seconds + count(used.seconds) }
      : {
          input: plus(input, split(used.input_token_details, used.input_tokens)),
          output: output + count(used.output_tokens),
          seconds,
        };
  return { ...usage, transcription };
}

/** All tokens of one count. */
export function totalOf({ text, audio, image, other }: TokenCounts): number {
  return text + audio + image + other;
}

/**
 * The input that was not read from the cache, by kind. Where a server splits only one of the two sums, the kinds do not match: then what is
 * cached of an unknown kind is taken from the kinds there are, text first, so that no token is paid for twice.
 */
export function uncached({ input, cached }: Pick<Usage, 'input' | 'cached'>): TokenCounts {
  let owed = 0;
  const left = (kind: keyof TokenCounts): number => {
    const rest = input[kind] - cached[kind];
    owed += Math.max(0, -rest);
    return Math.max(0, rest);
  };
  const rest = { text: left('text'), audio: left('audio'), image: left('image'), other: left('other') };
  const take = (kind: keyof TokenCounts): number => {
    const taken = Math.min(rest[kind], owed);
    owed -= taken;
    return rest[kind] - taken;
  };
  return { text: take('text'), other: take('other'), audio: take('audio'), image: take('image') };
}

interface Details {
  readonly text_tokens?: number;
  readonly audio_tokens?: number;
  readonly image_tokens?: number;
}

/** Tokens by kind; what the details leave of the sum is `other`. */
function split(details: Details | null | undefined, sum: unknown): TokenCounts {
  const text = count(details?.text_tokens);
  const audio = count(details?.audio_tokens);
  const image = count(details?.image_tokens);
  return { text, audio, image, other: Math.max(0, count(sum) - text - audio - image) };
}

function plus(one: TokenCounts, other: TokenCounts): TokenCounts {
  return {
    text: one.text + other.text,
    audio: one.audio + other.audio,
    image: one.image + other.image,
    other: one.other + other.other,
  };
}

function count(value: unknown): number {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY ? value : 0;
}
