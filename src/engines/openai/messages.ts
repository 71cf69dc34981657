import { createParser } from 'eventsource-parser';
import type { Answer } from './answer.ts';
import { badAnswer } from './failure.ts';

/** A JSON value of an answer: the whole of it, or one event of a stream. */
export interface Message {
  readonly whole: boolean;
  readonly value: unknown;
}

/** The longest event, in characters. */
const longestEvent = 2 ** 20;
/** The longest event that holds sound: half a minute of it as base64 fits. */
export const longestSoundEvent = 4 * 2 ** 20;

const lastEvent = '[DONE]';

/**
 * The JSON values of an answer, as a stream of events or whole: a server that knows nothing of streams sends it whole,
 * whatever it was asked for. `longest` is that of an event, in characters; default 1 Mi. Throws if the answer is neither, or reports an error.
 */
export async function* messagesOf(answer: Answer, longest = longestEvent): AsyncGenerator<Message, void> {
  if (answer.contentType.includes('event-stream')) {
    yield* eventsOf(answer.bytes(), answer, longest);
    await answer.rest();
    return;
  }
  const text = await answer.text();
  if (/^\s*(?:data|event):/.test(text)) yield* eventsOf([new TextEncoder().encode(text)], answer, longest);
  else yield { whole: true, value: withoutError(parse(text, answer), answer) };
}

/** Ends at the last event, or with the stream. */
async function* eventsOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  answer: Answer,
  longest: number,
): AsyncGenerator<Message, void> {
  const waiting: string[] = [];
  let hasBegun = false;
  let problem: string | null = null;
  const parser = createParser({
    maxBufferSize: longest,
    onEvent({ data }) {
      hasBegun = true;
      waiting.push(data);
    },
    onError({ type, field, value }) {
      // A server of older times reports an error in a field of that name.
      if (field === 'error') waiting.push(`{"error":${value ?? 'null'}}`);
      else if (type === 'max-buffer-size-exceeded') problem = 'sent an event without end';
      else if (!hasBegun && type === 'unknown-field') problem = 'sent something that is no stream of events';
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const data of waiting.splice(0)) {
      if (data.trim() === lastEvent) return;
      yield { whole: false, value: withoutError(parse(data, answer), answer) };
    }
    if (problem !== null) throw badAnswer(answer.place, problem);
  }
}

function parse(text: string, { place }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const what = /^\s*</.test(text) ? 'sent a web page instead of JSON' : 'sent something that is no JSON';
    throw badAnswer(place, what, cause);
  }
}

/** Passes on what is no error. A whole response of the Responses API tells of its error itself. */
function withoutError(value: unknown, answer: Answer): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const kind = 'object' in value ? value.object : undefined;
  const reports = 'error' in value && value.error !== null && kind !== 'response';
  if (reports || kind === 'error') throw answer.reported(value);
  return value;
}
