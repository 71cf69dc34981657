import { badAnswer, cutShort, type EndpointError, type Place } from './failure.ts';
import { reportedError } from './refusal.ts';
import type { Timing } from './timing.ts';

/** What came back: a head that has come, and a body that is read once, by one of these. */
export interface Answer {
  readonly place: Place;
  /** Lower case; "" where there is none. */
  readonly contentType: string;
  /** The bytes as they come, 64 MiB at most. */
  bytes(): AsyncGenerator<Uint8Array, void>;
  /** All of it as text, 4 MiB at most. */
  text(): Promise<string>;
  /** Its beginning, for an error: what is there of the first 4 KiB. Never throws. */
  excerpt(): Promise<string>;
  /** Lets it come to its end, for a moment at most: only then can its connection be used again. Never throws. */
  rest(): Promise<void>;
  /** The error that a value in the answer reports, as `{ error: … }`. */
  reported(value: unknown): EndpointError;
}

/** A limit on waiting: stops the exchange with an error that says `what` was waited for, unless it is taken back. */
export type Limit = (ms: number, what: string) => () => void;

export interface ReadingTerms {
  readonly place: Place;
  readonly timing: Timing;
  /** The longest pause, and the longest wait for all of a text. */
  readonly idleMs: number;
  readonly limit: Limit;
  /** What must not be told. */
  readonly secrets: readonly string[];
}

const longestStream = 64 * 2 ** 20;
const longestText = 4 * 2 ** 20;
const longestExcerpt = 4096;
const longestRestMs = 200;

export function answerOf(response: Response, terms: ReadingTerms): Answer {
  const reader = response.body?.getReader() ?? null;
  const bytes = (most: number) => bytesOf(reader, most, terms);
  const excerpt = () => beginningOf(bytes(longestStream));
  return {
    place: terms.place,
    contentType: (response.headers.get('content-type') ?? '').toLowerCase(),
    bytes: () => bytes(longestStream),
    text: () => textOf(bytes(longestText), terms),
    excerpt,
    async rest() {
      let cancel = (): void => {};
      const over = new Promise<void>((resolve) => (cancel = terms.timing.after(longestRestMs, resolve)));
      await Promise.race([over, excerpt()]);
      cancel();
    },
    reported: (value) => reportedError(terms.place, value, terms.secrets),
  };
}

type Reader = ReadableStreamDefaultReader<Uint8Array>;

async function* bytesOf(reader: Reader | null, most: number, terms: ReadingTerms): AsyncGenerator<Uint8Array, void> {
  if (reader === null) return;
  let length = 0;
  for await (const chunk of chunksOf(reader, terms)) {
    length += chunk.length;
    if (length > most) throw badAnswer(terms.place, `sent more than ${most / 2 ** 20} MiB`);
    yield chunk;
  }
}

/** What a reader reads, each wait limited. The reader stays as it is when nobody wants more. */
function chunksOf(reader: Reader, { place, idleMs, limit }: ReadingTerms): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const cancel = limit(idleMs, 'fell silent in the midst of its answer: nothing came');
        try {
          const { value } = await reader.read();
          return value === undefined ? { done: true, value } : { done: false, value };
        } catch (cause) {
          throw cutShort(place, cause);
        } finally {
          cancel();
        }
      },
    }),
  };
}

/** Not every chunk starts this wait anew, else an answer that drips would be waited for without end. */
async function textOf(bytes: AsyncIterable<Uint8Array>, { idleMs, limit }: ReadingTerms): Promise<string> {
  const cancel = limit(idleMs, 'did not send all of its answer');
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of bytes) text += decoder.decode(chunk, { stream: true });
    return text + decoder.decode();
  } finally {
    cancel();
  }
}

async function beginningOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of bytes) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length >= longestExcerpt) break;
    }
  } catch {
    // What has come will do.
  }
  return text.slice(0, longestExcerpt);
}
