import { describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/node/index.ts';
import { type OpenaiLanguageModelOptions, openaiLanguageModel } from '../../../src/engines/index.ts';
import { answered, called, never, returned, spoken, typed } from '../turn.ts';
import { chatServer, type Script, verbatimServer } from './chat-server.ts';
import { serversOfTest } from './open-servers.ts';
import { callsOf, gathered, makeQuestion, mcpOffer, system, textOf } from './question.ts';

const open = serversOfTest();
const apis = ['chat', 'responses'] as const;
const weather = {
  type: 'function',
  name: 'weather',
  description: 'Tells it.',
  parameters: { type: 'object' },
} as const;
const usage = {
  total_tokens: 27,
  input_tokens: 20,
  output_tokens: 7,
  input_token_details: { text_tokens: 20, cached_tokens: 5 },
  output_token_details: { text_tokens: 7 },
};

async function asked(
  script: Script,
  options: Partial<OpenaiLanguageModelOptions> = {},
  question: Parameters<typeof makeQuestion>[0] = { items: [typed('hi')] },
) {
  const server = await open(chatServer(script));
  const model = openaiLanguageModel({ baseUrl: server.url, model: 'scripted', ...options });
  return { outputs: await gathered(model.answer(makeQuestion(question), never)), server };
}

/** The body that a question becomes. */
async function bodyFor(
  question: Parameters<typeof makeQuestion>[0],
  options: Partial<OpenaiLanguageModelOptions> = {},
): Promise<Record<string, unknown>> {
  const { server } = await asked([{ text: ['ok'] }], options, question);
  return JSON.parse(server.requests[0]?.body.toString('utf8') ?? '');
}

async function answerTo(
  reply: Parameters<typeof verbatimServer>[0],
  options: Partial<OpenaiLanguageModelOptions> = {},
) {
  const server = await open(verbatimServer(reply));
  const model = openaiLanguageModel({ baseUrl: server.url, model: 'm', ...options });
  return gathered(model.answer(makeQuestion({ items: [typed('hi')], tools: [weather] }), never));
}

describe.each(apis)('a language model over HTTP by the %s API', (api) => {
  it('says its words as they come, and what they cost', async () => {
    const { outputs } = await asked([{ text: ['Good ', 'morning', '.'] }], { api });
    expect(outputs).toEqual([
      { type: 'text', text: 'Good ' },
      { type: 'text', text: 'morning' },
      { type: 'text', text: '.' },
      { type: 'end', usage },
    ]);
  });

  it('asks at its address, for a stream', async () => {
    const { server } = await asked([{ text: ['ok'] }], {
      api,
      apiKey: () => 'sk-secret',
      headers: { 'x-team': 'voice' },
    });
    const [request] = server.requests;
    expect(request?.path).toBe(api === 'chat' ? '/v1/chat/completions' : '/v1/responses');
    expect(request?.headers).toMatchObject({
      authorization: 'Bearer sk-secret',
      'x-team': 'voice',
      'content-type': 'application/json',
    });
    expect(JSON.parse(request?.body.toString('utf8') ?? '')).toMatchObject({ model: 'scripted', stream: true });
  });

  it('calls functions, several in one answer', async () => {
    const calls = [
      { name: 'weather', arguments: { city: 'Paris', unit: 'celsius' } },
      { name: 'weather', arguments: { city: 'Rome' } },
    ];
    const { outputs } = await asked([{ text: ['Wait.'], calls }], { api }, { items: [typed('hi')], tools: [weather] });
    expect(textOf(outputs)).toBe('Wait.');
    expect(callsOf(outputs)).toEqual([
      { name: 'weather', callId: 'call_1', serverLabel: null, arguments: '{"city":"Paris","unit":"celsius"}' },
      { name: 'weather', callId: 'call_2', serverLabel: null, arguments: '{"city":"Rome"}' },
    ]);
    expect(outputs.filter(({ type }) => type === 'call_end')).toHaveLength(2);
    expect(outputs.at(-1)).toMatchObject({ type: 'end' });
  });

  it('names the server of a tool where two servers have one of that name', async () => {
    const mcpTools = [mcpOffer('shop', 'search'), mcpOffer('library', 'search')];
    const script: Script = () => ({ calls: [{ name: 'library_search', arguments: {} }] });
    const { outputs } = await asked(script, { api }, { items: [typed('hi')], mcpTools });
    expect(callsOf(outputs)).toEqual([{ name: 'search', callId: null, serverLabel: 'library', arguments: '{}' }]);
  });

  it('says nothing of what it thinks', async () => {
    const { outputs } = await asked(
      [{ reasoning: ['Let me see.'], text: ['<thi', 'nk>Hm.</th', 'ink>\n\nYes', '.'] }],
      { api },
    );
    expect(textOf(outputs)).toBe('Yes.');
  });

  it.each([
    ['length', 'max_output_tokens'],
    ['content_filter', 'content_filter'],
  ] as const)('tells that an answer was cut by its %s', async (finish, reason) => {
    const { outputs } = await asked([{ text: ['Once'], finish }], { api });
    expect(outputs.at(-1)).toEqual({ type: 'incomplete', reason });
  });

  it('leaves out what a request need not hold', async () => {
    const body = await bodyFor({ items: [typed('hi')] }, { api });
    const always = ['model', 'stream', ...(api === 'chat' ? ['messages', 'stream_options'] : ['input', 'store'])];
    expect(Object.keys(body).toSorted()).toEqual(always.toSorted());
  });

  it('passes on limits, reasoning, parallel calls and further fields; null leaves a field out', async () => {
    const question = {
      items: [typed('hi')],
      tools: [weather],
      maxOutputTokens: 200,
      reasoning: { effort: 'low' },
      parallelToolCalls: false,
    } as const;
    const body = await bodyFor(question, { api, extra: { temperature: 0.2, stream_options: null } });
    const expected =
      api === 'chat'
        ? { max_tokens: 200, reasoning_effort: 'low' }
        : { max_output_tokens: 200, reasoning: { effort: 'low' } };
    expect(body).toMatchObject({ ...expected, parallel_tool_calls: false, temperature: 0.2 });
    expect(body).not.toHaveProperty('stream_options');
  });

  it.each([
    ['auto', ['weather', 'find', 'buy'], undefined],
    ['required', ['weather', 'find', 'buy'], 'required'],
    ['none', undefined, undefined],
    [{ type: 'function', name: 'weather' }, ['weather'], 'required'],
    [{ type: 'mcp', server_label: 'shop' }, ['find', 'buy'], 'required'],
    [{ type: 'mcp', server_label: 'shop', name: 'buy' }, ['buy'], 'required'],
    [{ type: 'function', name: 'gone' }, ['weather', 'find', 'buy'], undefined],
  ] as const)('offers the tools that the choice %j leaves', async (toolChoice, names, choice) => {
    const mcpTools = [mcpOffer('shop', 'find'), mcpOffer('shop', 'buy')];
    const body = await bodyFor({ items: [typed('hi')], tools: [weather], mcpTools, toolChoice }, { api });
    const offered = JSON.stringify(body['tools'] ?? null);
    expect(offered.match(/"name":"\w+"/g)?.map((field) => field.slice(8, -1))).toEqual(names);
    expect(body['tool_choice']).toBe(choice);
  });

  it('hears what the user said where it can', async () => {
    const sounds = { item_spoken: { samples: new Int16Array(2400).fill(7), sampleRate: 24_000 } };
    const body = await bodyFor({ items: [spoken('hello')], sounds }, { api, hears: true });
    const text = JSON.stringify(body);
    const data = /"data":"([^"]+)"/.exec(text)?.[1] ?? '';
    expect(readWav(Buffer.from(data, 'base64'))).toMatchObject({
      ok: true,
      format: { sampleRate: 16_000, channels: 1 },
    });
    expect(text).toContain('"format":"wav"');
    expect(text).not.toContain('hello');
  });
});

describe('the messages of a chat', () => {
  it('are the conversation as it was heard', async () => {
    const items = [
      system('The user is called Ada.'),
      typed('hi'),
      answered('Good morning.'),
      spoken('what is the weather'),
      { ...answered('Let me see'), words: 'Let me' },
      called('weather', 'c1'),
      called('time', 'c2'),
      returned('noon', 'c2'),
      returned('sunny', 'c1'),
      system('Be brief.'),
    ];
    const { messages } = await bodyFor({ instructions: 'You are kind.', items });
    expect(messages).toEqual([
      { role: 'system', content: 'You are kind.\n\nThe user is called Ada.' },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'Good morning.' },
      { role: 'user', content: 'what is the weather' },
      {
        role: 'assistant',
        content: 'Let me',
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } },
          { id: 'c2', type: 'function', function: { name: 'time', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
      { role: 'tool', tool_call_id: 'c2', content: 'noon' },
      { role: 'system', content: 'Be brief.' },
    ]);
  });

  it('show images as parts', async () => {
    const item = {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'What is it?' },
        { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' },
      ],
    } as const;
    const { messages } = await bodyFor({
      items: [{ item: { ...item, content: [...item.content] }, words: 'What is it?' }],
    });
    const image_url = { url: 'data:image/png;base64,AAAA', detail: 'low' };
    const content = [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url },
    ];
    expect(messages).toEqual([{ role: 'user', content }]);
  });

  it('take the roles that the options give', async () => {
    const question = { instructions: 'Be kind.', items: [typed('hi'), system('Be brief.')] };
    const { messages } = await bodyFor(question, { systemRole: 'developer', lateSystemRole: 'user' });
    expect(messages).toMatchObject([{ role: 'developer' }, { role: 'user' }, { role: 'user', content: 'Be brief.' }]);
  });

  it('call the limit by the name that the options give', async () => {
    const body = await bodyFor(
      { items: [typed('hi')], maxOutputTokens: 5 },
      { maxTokensField: 'max_completion_tokens' },
    );
    expect(body).toMatchObject({ max_completion_tokens: 5 });
  });
});

describe('the input of a response', () => {
  it('is the conversation in its own shapes, and nothing is kept', async () => {
    const items = [typed('hi'), answered('Hello.'), called('weather', 'c1'), returned('sunny', 'c1')];
    const prompt = { id: 'pmpt_1', version: '2' };
    const body = await bodyFor({ instructions: 'Be kind.', items, prompt, maxOutputTokens: 3 }, { api: 'responses' });
    expect(body).toMatchObject({ instructions: 'Be kind.', store: false, prompt, max_output_tokens: 16 });
    expect(body['input']).toEqual([
      { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      { role: 'assistant', content: 'Hello.' },
      { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
    ]);
  });
});

describe('answers in the shapes of other servers', () => {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    choices: [{ index: 0, delta, finish_reason }],
  });
  const call = (given: object) => chunk({ tool_calls: [given] });
  const stop = chunk({}, 'tool_calls');

  it('may be whole, though a stream was asked for', async () => {
    const message = {
      role: 'assistant',
      content: '<think>Hm.</think>Hello.',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'weather', arguments: '{"a":1}' } }],
    };
    const counted = { prompt_tokens: 3, completion_tokens: 4 };
    const outputs = await answerTo({ json: { choices: [{ message, finish_reason: 'tool_calls' }], usage: counted } });
    expect(textOf(outputs)).toBe('Hello.');
    expect(callsOf(outputs)).toEqual([{ name: 'weather', callId: 'c', serverLabel: null, arguments: '{"a":1}' }]);
    expect(outputs.at(-1)).toMatchObject({ type: 'end', usage: { total_tokens: 7 } });
  });

  it('may be a whole response', async () => {
    const output = [
      { type: 'reasoning', summary: [] },
      { type: 'message', content: [{ type: 'output_text', text: 'Hello.' }] },
      { type: 'function_call', call_id: 'c', name: 'weather', arguments: '{}' },
    ];
    const json = { object: 'response', status: 'completed', error: null, output, usage: null };
    const outputs = await answerTo({ json }, { api: 'responses' });
    expect(textOf(outputs)).toBe('Hello.');
    expect(callsOf(outputs)).toMatchObject([{ callId: 'c' }]);
  });

  it('may hold whole calls, numbered or not, and arguments as objects', async () => {
    const fn = (city: string) => ({ name: 'weather', arguments: { city } });
    for (const events of [
      [chunk({ tool_calls: [{ function: fn('Paris') }, { function: fn('Rome') }] }), stop],
      [call({ index: 0, function: fn('Paris') }), call({ index: 0, function: fn('Rome') }), stop],
      [call({ index: 0, id: '', function: fn('Paris') }), call({ index: 1, id: '', function: fn('Rome') }), stop],
    ]) {
      const outputs = await answerTo({ events: [...events, '[DONE]'] });
      expect(callsOf(outputs).map((each) => each.arguments)).toEqual(['{"city":"Paris"}', '{"city":"Rome"}']);
      expect(callsOf(outputs).every(({ callId }) => callId === null)).toBe(true);
    }
  });

  it('may end without a last event, and without counting anything', async () => {
    const outputs = await answerTo({ events: [chunk({ content: 'Hi' }), chunk({}, 'stop')] });
    expect(outputs).toEqual([{ type: 'text', text: 'Hi' }, { type: 'end' }]);
  });

  it('may hold thoughts and texts as parts', async () => {
    const content = [
      { type: 'thinking', thinking: [] },
      { type: 'text', text: 'Hi' },
    ];
    expect(textOf(await answerTo({ events: [chunk({ content }), stop] }))).toBe('Hi');
  });

  it('may begin in a thought that the template has opened', async () => {
    const events = [chunk({ content: 'Hm. ' }), chunk({ content: 'So.</think> Hi' }), chunk({}, 'stop')];
    expect(textOf(await answerTo({ events }, { opensInThought: true }))).toBe('Hi');
  });

  it('are read to the end where comments keep the line alive', async () => {
    const events = [chunk({ content: 'Hi' }), chunk({}, 'stop'), '[DONE]'];
    const server = await open(verbatimServer({ events }));
    server.faults.push({
      kind: 'nonsense',
      contentType: 'text/event-stream; charset=utf-8',
      body: `: PROCESSING\r\n\r\n${events.map((each) => `data:${typeof each === 'string' ? each : JSON.stringify(each)}\r\n\r\n`).join('')}`,
    });
    const model = openaiLanguageModel({ baseUrl: server.url, model: 'm' });
    expect(textOf(await gathered(model.answer(makeQuestion(), never)))).toBe('Hi');
  });

  it('give calls in the order that they began where a server writes several at once', async () => {
    const events = [
      call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"ci' } }),
      call({ index: 1, id: 'b', function: { name: 'weather', arguments: '{"city":' } }),
      call({ index: 0, function: { arguments: 'ty":"Paris"}' } }),
      call({ index: 1, function: { arguments: '"Rome"}' } }),
      stop,
    ];
    const outputs = await answerTo({ events });
    expect(callsOf(outputs)).toMatchObject([
      { callId: 'a', arguments: '{"city":"Paris"}' },
      { callId: 'b', arguments: '{"city":"Rome"}' },
    ]);
  });

  it('are no calls where they were cut off within the arguments', async () => {
    const events = [call({ index: 0, id: 'a', function: { name: 'weather', arguments: '{"ci' } }), chunk({}, 'length')];
    const outputs = await answerTo({ events });
    expect(outputs.map(({ type }) => type)).toEqual(['call_start', 'call_arguments', 'incomplete']);
  });
});
