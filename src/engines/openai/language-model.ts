import { AnswerBounds } from '../answer-bounds.ts';
import type { LanguageModel, LanguageOutput, Question } from '../parts.ts';
import { type Answer } from './answer.ts';
import { assembleCalls } from './calls.ts';
import { chatOutput } from './chat-answer.ts';
import { chatRequest, type LanguageRequestOptions } from './chat-request.ts';
import { endpoint, openaiUrl } from './endpoint.ts';
import type { EndpointOptions, Warmable } from './options.ts';
import { responsesOutput } from './responses-answer.ts';
import { responsesRequest } from './responses-request.ts';
import { thoughtFilter } from './thought.ts';
import { type ToolNames, toolNames } from './tool-names.ts';

/** Where the language model is, which API it is asked by, and what it can do. */
export interface OpenaiLanguageModelOptions extends EndpointOptions {
  /** `chat`: `POST /chat/completions`, which every server has. `responses`: `POST /responses`. Default `chat`. */
  readonly api?: 'chat' | 'responses';
  /** The model takes sound: what the user says is sent as it was said instead of its transcript. Default false. */
  readonly hears?: boolean;
  /** The role of the instructions in the chat API. Default `system`. */
  readonly systemRole?: 'system' | 'developer';
  /** The role of system messages in the midst of a conversation, which some chat templates refuse. Default `system`. */
  readonly lateSystemRole?: 'system' | 'developer' | 'user';
  /**
   * What the chat API calls the most tokens of an answer. Default `max_completion_tokens` at OpenAI, `max_tokens`, which
   * every other server knows, elsewhere.
   */
  readonly maxTokensField?: string;
  /** The model's template opens its thought by itself, so that its text begins with one (`… </think>`). Default false. */
  readonly opensInThought?: boolean;
  /** Further fields of every request's body, such as `temperature`. They win; null leaves a field out. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/**
 * A language model behind an API of OpenAI's shape. Text comes as it is written, thoughts are taken out. Throws an
 * `EngineError` that says what to do if the endpoint is down, slow or wrong. Throws a TypeError for a bad base URL.
 */
export function openaiLanguageModel(options: OpenaiLanguageModelOptions): LanguageModel & Warmable {
  const { api = 'chat', baseUrl = openaiUrl } = options;
  const server = endpoint('language model', options);
  const request: LanguageRequestOptions = {
    model: options.model,
    hears: options.hears ?? false,
    systemRole: options.systemRole ?? 'system',
    lateSystemRole: options.lateSystemRole ?? 'system',
    maxTokensField: options.maxTokensField ?? (isOpenai(baseUrl) ? 'max_completion_tokens' : 'max_tokens'),
    extra: options.extra ?? {},
  };
  const isChat = api === 'chat';
  const makeBody = isChat ? chatRequest : responsesRequest;
  const path = isChat ? '/chat/completions' : '/responses';

  return {
    silenceMs: Number.POSITIVE_INFINITY,
    warm: server.warm,
    async *answer(question, signal) {
      const names = toolNames(question);
      const body = makeBody(question, names, request);
      const read = (answer: Answer) => bounded(readAnswer(answer, question, names));
      yield* server.ask({ path, body, accept: 'text/event-stream, application/json' }, read, signal);
    },
  };

  function readAnswer(answer: Answer, question: Question, names: ToolNames): AsyncIterable<LanguageOutput> {
    const reading = {
      calls: assembleCalls(names, usedIds(question)),
      thoughts: thoughtFilter(options.opensInThought),
    };
    return isChat ? chatOutput(answer, reading) : responsesOutput(answer, reading);
  }
}

/** An answer that goes on without end ends here, whoever reads it. */
async function* bounded(pieces: AsyncIterable<LanguageOutput>): AsyncGenerator<LanguageOutput, void> {
  const bounds = new AnswerBounds('The language model');
  for await (const piece of pieces) {
    bounds.count(piece);
    yield piece;
  }
}

function isOpenai(baseUrl: string): boolean {
  return new URL(baseUrl).hostname.endsWith('api.openai.com');
}

function usedIds({ items }: Question): string[] {
  return items.flatMap(({ item }) =>
    item.type === 'function_call' && item.call_id !== undefined ? [item.call_id] : [],
  );
}
