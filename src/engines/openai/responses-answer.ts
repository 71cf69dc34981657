import * as z from 'zod';
import type { LanguageOutput } from '../parts.ts';
import type { Answer } from './answer.ts';
import { ending, type Finish, type Reading } from './ending.ts';
import { badAnswer, cutShort } from './failure.ts';
import { messagesOf } from './messages.ts';
import { apiUsage } from './usage.ts';

const item = z.looseObject({
  type: z.string(),
  call_id: z.string().nullish(),
  name: z.string().nullish(),
  arguments: z.string().nullish(),
  content: z
    .array(z.looseObject({ text: z.string().nullish(), refusal: z.string().nullish() }))
    .nullish()
    .catch(null),
});

const response = z.looseObject({
  status: z.string().nullish(),
  output: z.array(item).nullish(),
  error: z.unknown().optional(),
  incomplete_details: z.looseObject({ reason: z.string().nullish() }).nullish(),
  usage: apiUsage,
});

const event = z.looseObject({
  type: z.string(),
  output_index: z.int().nullish(),
  delta: z.unknown().optional(),
  arguments: z.string().nullish(),
  item: item.nullish(),
  response: response.nullish(),
});

type Item = z.infer<typeof item>;
type ApiResponse = z.infer<typeof response>;
type ApiEvent = z.infer<typeof event>;

/** What a response of the Responses API says, streamed or whole. */
export async function* responsesOutput(answer: Answer, reading: Reading): AsyncGenerator<LanguageOutput, void> {
  const written = new Map<number, string>();
  let messages = 0;
  for await (const { whole, value } of messagesOf(answer)) {
    if (whole) {
      const over = wholeResponse(value, answer);
      yield* outputOf(over.output ?? [], reading);
      yield* endOf(over, answer, reading);
      return;
    }
    const parsed = event.safeParse(value);
    if (!parsed.success) throw badAnswer(answer.place, 'sent something that is no event of a response', parsed.error);
    const { data } = parsed;
    if (data.type === 'error') throw answer.reported({ error: data });
    if (isLast(data) && data.response) {
      await answer.rest();
      yield* endOf(data.response, answer, reading);
      return;
    }
    if (data.type === 'response.output_item.added' && data.item?.type === 'message' && messages++ > 0) {
      yield { type: 'text', text: '\n' };
    }
    yield* pieceOf(data, written, reading);
  }
  throw cutShort(answer.place);
}

function isLast({ type }: ApiEvent): boolean {
  return type === 'response.completed' || type === 'response.incomplete' || type === 'response.failed';
}

function* pieceOf(
  data: ApiEvent,
  written: Map<number, string>,
  { calls, thoughts }: Reading,
): Generator<LanguageOutput, void> {
  const index = data.output_index ?? 0;
  const delta = typeof data.delta === 'string' ? data.delta : '';
  switch (data.type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta': {
      const text = thoughts.push(delta);
      if (text !== '') yield { type: 'text', text };
      return;
    }
    case 'response.output_item.added':
      if (data.item?.type === 'function_call') yield* calls.push({ ...fragmentOf(data.item, index), arguments: '' });
      return;
    case 'response.function_call_arguments.delta':
      written.set(index, (written.get(index) ?? '') + delta);
      yield* calls.push({ index, id: null, name: null, arguments: delta });
      return;
    case 'response.output_item.done': {
      if (data.item?.type !== 'function_call') return;
      // All of it where no delta told of it, else what the deltas left out.
      const fragment = fragmentOf(data.item, index);
      const known = written.get(index) ?? '';
      const rest = fragment.arguments.startsWith(known) ? fragment.arguments.slice(known.length) : '';
      yield* calls.push({ ...fragment, arguments: rest });
      return;
    }
    default:
    // Reasoning, and what only repeats what was said.
  }
}

function fragmentOf({ call_id: id, name, arguments: text }: Item, index: number) {
  return { index, id: id ?? null, name: name ?? null, arguments: text ?? '' };
}

function wholeResponse(value: unknown, { place }: Answer): ApiResponse {
  const parsed = response.safeParse(value);
  if (parsed.success && parsed.data.output) return parsed.data;
  throw badAnswer(place, 'sent something that is no response', parsed.error);
}

function* outputOf(items: readonly Item[], { calls, thoughts }: Reading): Generator<LanguageOutput, void> {
  for (const [index, each] of items.entries()) {
    if (each.type === 'function_call') yield* calls.push(fragmentOf(each, index));
    if (each.type !== 'message') continue;
    const text = thoughts.push((each.content ?? []).map((part) => part.text ?? part.refusal ?? '').join(''));
    if (text !== '') yield { type: 'text', text };
  }
}

function* endOf(over: ApiResponse, answer: Answer, reading: Reading): Generator<LanguageOutput, void> {
  if (over.status === 'failed') throw answer.reported({ error: over.error ?? 'the response failed' });
  const reason: Finish = over.incomplete_details?.reason === 'content_filter' ? 'content_filter' : 'max_output_tokens';
  yield* ending(reading, over.status === 'incomplete' ? reason : 'stop', over.usage);
}
