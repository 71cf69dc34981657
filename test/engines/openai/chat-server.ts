import { type AnsweringServer, answeringServer, type Reply, type Request } from './answering-server.ts';

/** What a scripted model does in one answer. */
export interface ScriptedAnswer {
  /** Said in these pieces. */
  readonly text?: readonly string[];
  /** Thought before, in a field of its own. */
  readonly reasoning?: readonly string[];
  readonly calls?: readonly ScriptedCall[];
  /** Default `stop`, or `tool_calls` where there are calls. */
  readonly finish?: 'stop' | 'length' | 'content_filter';
  /** Default 20 tokens read, 5 of them from a cache, and 7 written. */
  readonly usage?: null;
}

export interface ScriptedCall {
  /** Default call_1, call_2 and so on. */
  readonly id?: string;
  readonly name: string;
  readonly arguments: object;
}

/** The words of a question, as the model may look at them. */
export type Script =
  | readonly ScriptedAnswer[]
  /** Answers what was asked; `body` is the request's. */
  | ((body: Readonly<Record<string, unknown>>, turn: number) => ScriptedAnswer);

/** A language model that says what its script says, one answer after another: chat completions and responses, streamed. */
export function chatServer(script: Script): Promise<AnsweringServer> {
  let turn = 0;
  return answeringServer((request) => {
    const body: Record<string, unknown> = JSON.parse(request.body.toString('utf8'));
    const answer = typeof script === 'function' ? script(body, turn) : script[turn];
    turn += 1;
    if (answer === undefined) return error(500, 'the script is over');
    return replyTo(request, answer);
  });
}

/** A server that answers every request with these very events, or with one JSON value. */
export function verbatimServer(reply: { readonly events: readonly unknown[] } | { readonly json: unknown }) {
  return answeringServer(() =>
    'json' in reply
      ? { contentType: 'application/json', pieces: [JSON.stringify(reply.json)] }
      : { contentType: 'text/event-stream', pieces: reply.events.map(event) },
  );
}

function replyTo({ path }: Request, answer: ScriptedAnswer): Reply {
  if (path === '/v1/chat/completions') return { contentType: 'text/event-stream', pieces: chatPieces(answer) };
  if (path === '/v1/responses') return { contentType: 'text/event-stream', pieces: responsePieces(answer) };
  return error(404, `nothing is at ${path}`);
}

function error(status: number, message: string): Reply {
  return { status, contentType: 'application/json', pieces: [JSON.stringify({ error: { message } })] };
}

function event(value: unknown): string {
  return typeof value === 'string' ? `data: ${value}\n\n` : `data: ${JSON.stringify(value)}\n\n`;
}

function chatPieces({ text = [], reasoning = [], calls = [], finish, usage }: ScriptedAnswer): string[] {
  const chunk = (delta: object, reason: string | null = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model: 'scripted',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
  });
  const deltas = [
    { role: 'assistant', content: '' },
    ...reasoning.map((piece) => ({ reasoning_content: piece })),
    ...text.map((content) => ({ content })),
    ...calls.flatMap(callDeltas),
  ];
  const reason = finish ?? (calls.length > 0 ? 'tool_calls' : 'stop');
  const counted = {
    prompt_tokens: 20,
    completion_tokens: 7,
    total_tokens: 27,
    prompt_tokens_details: { cached_tokens: 5 },
  };
  const last = { ...chunk({}), choices: [], usage: counted };
  const events = [...deltas.map((delta) => chunk(delta)), chunk({}, reason), ...(usage === null ? [] : [last])];
  return [...events.map(event), event('[DONE]')];
}

function callDeltas({ id, name, arguments: given }: ScriptedCall, index: number): object[] {
  const text = JSON.stringify(given);
  const first = { index, id: id ?? `call_${index + 1}`, type: 'function', function: { name, arguments: '' } };
  const rest = (text.match(/.{1,6}/gs) ?? []).map((piece) => ({ index, function: { arguments: piece } }));
  return [first, ...rest].map((call) => ({ tool_calls: [call] }));
}

function responsePieces({ text = [], reasoning = [], calls = [], finish = 'stop' }: ScriptedAnswer): string[] {
  const status = finish === 'stop' ? 'completed' : 'incomplete';
  const reason = finish === 'length' ? 'max_output_tokens' : 'content_filter';
  const usage = {
    input_tokens: 20,
    input_tokens_details: { cached_tokens: 5 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 3 },
    total_tokens: 27,
  };
  const response = (given: object) => ({ id: 'resp_1', object: 'response', error: null, output: [], ...given });
  const events = [
    { type: 'response.created', response: response({ status: 'in_progress' }) },
    ...reasoning.map((delta) => ({ type: 'response.reasoning_text.delta', output_index: 0, delta })),
    ...(text.length === 0 ? [] : messageEvents(text)),
    ...calls.flatMap((call, i) => callEvents(call, i + 1)),
    {
      type: `response.${status}`,
      response: response({ status, usage, incomplete_details: finish === 'stop' ? null : { reason } }),
    },
  ];
  return events.map((value, i) => `event: ${value.type}\n${event({ sequence_number: i, ...value })}`);
}

function messageEvents(text: readonly string[]): { readonly type: string }[] {
  const at = { output_index: 0, item_id: 'msg_1', content_index: 0 };
  const item = { type: 'message', id: 'msg_1', role: 'assistant', content: [] };
  return [
    { type: 'response.output_item.added', output_index: 0, item } as { type: string },
    ...text.map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text: text.join('') } as { type: string },
  ];
}

function callEvents({ id, name, arguments: given }: ScriptedCall, index: number): { readonly type: string }[] {
  const text = JSON.stringify(given);
  const item = { type: 'function_call', id: `fc_${index}`, call_id: id ?? `call_${index}`, name };
  const at = { output_index: index, item_id: item.id };
  return [
    { type: 'response.output_item.added', output_index: index, item: { ...item, arguments: '' } } as { type: string },
    ...(text.match(/.{1,6}/gs) ?? []).map((delta) => ({
      type: 'response.function_call_arguments.delta',
      ...at,
      delta,
    })),
    { type: 'response.function_call_arguments.done', ...at, arguments: text } as { type: string },
    { type: 'response.output_item.done', output_index: index, item: { ...item, arguments: text } } as { type: string },
  ];
}
