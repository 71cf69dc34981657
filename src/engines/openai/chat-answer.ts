import * as z from 'zod';
import type { LanguageOutput } from '../parts.ts';
import type { Answer } from './answer.ts';
import { ending, type Finish, type Reading } from './ending.ts';
import { badAnswer, cutShort } from './failure.ts';
import { messagesOf } from './messages.ts';
import { apiUsage } from './usage.ts';

const toolCall = z.looseObject({
  index: z.int().nullish(),
  id: z.string().nullish(),
  function: z.looseObject({
    name: z.string().nullish(),
    // Text, but for servers that send the object itself.
    arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
  }),
});

const said = z.looseObject({
  content: z
    .union([z.string(), z.array(z.looseObject({ type: z.string().nullish(), text: z.unknown().optional() }))])
    .nullish(),
  refusal: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
});

const chunk = z.looseObject({
  choices: z
    .array(z.looseObject({ delta: said.nullish(), message: said.nullish(), finish_reason: z.string().nullish() }))
    .nullish(),
  usage: apiUsage,
});

type Said = z.infer<typeof said>;

/** What a chat completion says, streamed or whole. */
export async function* chatOutput(answer: Answer, { calls, thoughts }: Reading): AsyncGenerator<LanguageOutput, void> {
  let finish: Finish | null = null;
  let usage: z.infer<typeof apiUsage>;
  let isOver = false;
  for await (const { whole, value } of messagesOf(answer)) {
    const parsed = chunk.safeParse(value);
    if (!parsed.success) throw badAnswer(answer.place, 'sent something that is no chat completion', parsed.error);
    const [choice] = parsed.data.choices ?? [];
    usage = parsed.data.usage ?? usage;
    if (whole && choice === undefined) throw badAnswer(answer.place, 'sent something that is no chat completion');
    if (choice === undefined) continue;
    yield* outputOf(choice.message ?? choice.delta ?? {}, { calls, thoughts });
    isOver ||= whole || typeof choice.finish_reason === 'string';
    finish = finishes.get(choice.finish_reason ?? '') ?? finish;
  }
  if (!isOver) throw cutShort(answer.place);
  yield* ending({ calls, thoughts }, finish ?? 'stop', usage);
}

const finishes: ReadonlyMap<string, Finish> = new Map([
  ['length', 'max_output_tokens'],
  ['content_filter', 'content_filter'],
]);

function* outputOf(message: Said, { calls, thoughts }: Reading): Generator<LanguageOutput, void> {
  const text = thoughts.push(textOf(message)) + (message.refusal ?? '');
  if (text !== '') yield { type: 'text', text };
  for (const {
    index,
    id,
    function: { name, arguments: given },
  } of message.tool_calls ?? []) {
    yield* calls.push({
      index: index ?? null,
      id: id === '' ? null : (id ?? null),
      name: name === '' ? null : (name ?? null),
      arguments: typeof given === 'string' ? given : given === null || given === undefined ? '' : JSON.stringify(given),
    });
  }
}

function textOf({ content }: Said): string {
  if (typeof content === 'string') return content;
  const texts = (content ?? []).flatMap(({ type, text }) =>
    type === 'text' && typeof text === 'string' ? [text] : [],
  );
  return texts.join('');
}
