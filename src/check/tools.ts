import { type Check, checksOf } from './check.ts';
import { absent, holds, taken } from './finding.ts';
import { at, type Json, listAt, objectAt, same, textAt } from './json.ts';
import type { Line } from './line.ts';
import type { Probe } from './probe.ts';
import { type Answer, add, configure, create, first, inOrder, item, joined, respond, typed } from './turns.ts';

const lookUp = {
  type: 'function',
  name: 'look_up',
  description: 'Looks something up.',
  parameters: { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] },
};
const go = { type: 'function', name: 'go', description: 'Goes.', parameters: { type: 'object', properties: {} } };

const livekit = 'LiveKit, which runs the call that output_item.done holds, with its id, name and arguments.';

/** A session in which the model must call one of these. */
async function called(line: Line, tool: Json, words: string, choice: unknown): Promise<Answer> {
  await configure(line, { tools: [tool], audio: { input: { turn_detection: null } } });
  await add(line, typed(words));
  return respond(line, create('text', { tool_choice: choice }));
}

/** An answer that calls `look_up`. A model that calls nothing though it is told to has no tools. */
async function calling(probe: Probe, choice: unknown = { type: 'function', name: 'look_up' }): Promise<[Line, Answer]> {
  const line = await probe.open();
  const answer = await called(line, lookUp, 'Look up the time.', choice);
  const calls = answer.events.some((event) => at(event, 'item.type') === 'function_call');
  if (!calls) throw absent('The model calls no function, though tool_choice names it.');
  return [line, answer];
}

export const toolChecks: readonly Check[] = checksOf(
  'tools',
  true,
  (
    [
      {
        id: 'tools.call/forced',
        level: 'must',
        source: '4.4',
        says: 'A function that tool_choice names is called, by its name.',
        breaks: 'Applications that need structured answers.',
        async run(probe) {
          const [, answer] = await calling(probe);
          same(item(answer, 'function_call'), 'item.name', 'look_up');
        },
      },
      {
        id: 'tools.call/required',
        level: 'must',
        source: '4.1',
        says: 'With tool_choice "required" a function is called.',
        breaks: 'Applications that need structured answers.',
        async run(probe) {
          const [, answer] = await calling(probe, 'required');
          same(item(answer, 'function_call'), 'item.name', 'look_up');
        },
      },
      {
        id: 'tools.call/order',
        level: 'must',
        source: '4.4',
        says: 'A call is added before its arguments stream, and done after them.',
        breaks: 'pipecat, which wants the item before the arguments.',
        async run(probe) {
          const [, { own }] = await calling(probe);
          const call = own.filter(({ type }) => !type.startsWith('response.content_part'));
          inOrder(call, [
            'response.output_item.added',
            'response.function_call_arguments.delta',
            'response.function_call_arguments.done',
            'response.output_item.done',
            'response.done',
          ]);
        },
      },
      {
        id: 'tools.call/arguments',
        level: 'must',
        source: '4.4',
        says: 'The deltas add up to the arguments of their end and of the item, which are JSON of an object.',
        breaks: livekit,
        async run(probe) {
          const [, answer] = await calling(probe);
          const text = joined(answer.own, 'response.function_call_arguments.delta');
          same(first(answer, 'response.function_call_arguments.done'), 'arguments', text);
          same(item(answer, 'function_call'), 'item.arguments', text);
          holds(isObject(text), `The arguments are ${text}.`);
        },
      },
      {
        id: 'tools.call/no-arguments',
        level: 'must',
        source: '4.4',
        says: 'A function without arguments is called with {}, never with "".',
        breaks: 'LiveKit, which throws on "".',
        async run(probe) {
          const line = await probe.open();
          const answer = await called(line, go, 'Go!', { type: 'function', name: 'go' });
          const call = answer.events.find(
            (event) => event.type === 'response.output_item.done' && at(event, 'item.type') === 'function_call',
          );
          if (call === undefined) throw absent('The model calls no function, though tool_choice names it.');
          const text = textAt(call, 'item.arguments');
          holds(isObject(text), `The arguments are "${text}".`);
        },
      },
      {
        id: 'tools.call/ids',
        level: 'must',
        source: '4.4',
        says: 'One call_id and one name run through added, arguments.done and done, from the beginning on.',
        breaks: livekit,
        async run(probe) {
          const [, answer] = await calling(probe);
          const added = first(answer, 'response.output_item.added', isCall);
          const call = textAt(added, 'item.call_id');
          same(added, 'item.name', 'look_up');
          const ended = first(answer, 'response.function_call_arguments.done');
          same(ended, 'call_id', call);
          same(ended, 'item_id', at(added, 'item.id'));
          same(item(answer, 'function_call'), 'item.call_id', call);
        },
      },
      {
        id: 'tools.call/in-conversation',
        level: 'must',
        source: '4.4',
        says: 'The call enters the conversation with its call_id and name.',
        breaks: 'LiveKit and pipecat, whose context lacks the call.',
        async run(probe) {
          const [, answer] = await calling(probe);
          const added = first(answer, 'conversation.item.added', isCall);
          textAt(added, 'item.call_id');
          same(added, 'item.name', 'look_up');
        },
      },
      {
        id: 'tools.call/done-output',
        level: 'must',
        source: '4.4',
        says: 'response.done is completed, and lists the call.',
        breaks: 'Programs written after the guides, which read calls out of response.done.',
        async run(probe) {
          const [, { done }] = await calling(probe);
          same(done, 'response.status', 'completed');
          const calls = listAt(done, 'response.output').filter((each) => at(each, 'type') === 'function_call');
          holds(calls.length > 0, 'response.done lists no call.');
        },
      },
      {
        id: 'tools.output/round',
        level: 'must',
        source: '4.4',
        says: 'The output of a call is accepted, and the next response is a message.',
        breaks: 'Every client with tools.',
        async run(probe) {
          const [line, answer] = await calling(probe);
          const call_id = textAt(item(answer, 'function_call'), 'item.call_id');
          const output = { type: 'function_call_output', call_id, output: '{"time":"noon"}' };
          const added = await taken(add(line, { type: 'conversation.item.create', item: output }));
          same(added, 'item.call_id', call_id);
          objectAt(item(await respond(line, create('text', { tool_choice: 'none' })), 'message'), 'item');
        },
      },
      {
        id: 'tools.output/unknown-call',
        level: 'should',
        source: '3.1',
        says: 'The output of a call that is not there is refused: invalid_tool_call_id.',
        breaks: 'Nobody that we know of.',
        async run(probe) {
          const line = await probe.open();
          const output = { type: 'function_call_output', call_id: 'call_nowhere', output: '' };
          line.send({ type: 'conversation.item.create', item: output });
          same(await line.refusal(), 'error.code', 'invalid_tool_call_id');
        },
      },
      {
        id: 'tools.choice/of-response',
        level: 'must',
        source: '4.1',
        says: 'A response can have tools of its own, which the session does not show.',
        breaks: 'The agents package, which gives tools to single responses.',
        async run(probe) {
          const line = await probe.open();
          await add(line, typed('Look up the time.'));
          const own = { tools: [lookUp], tool_choice: { type: 'function', name: 'look_up' } };
          const answer = await respond(line, create('text', own));
          if (!answer.events.some(isCall)) throw absent('The model calls no function, though tool_choice names it.');
          same(item(answer, 'function_call'), 'item.name', 'look_up');
          same(await configure(line, {}), 'session.tools', []);
        },
      },
      {
        id: 'tools.session/bad-name',
        level: 'should',
        source: '0 D16',
        says: 'A function whose name has a blank is refused: invalid_value, param session.tools[0].name.',
        breaks: 'Nobody that we know of.',
        async run(probe) {
          const line = await probe.open();
          const tools = [{ ...lookUp, name: 'look up' }];
          line.send({ type: 'session.update', session: { type: 'realtime', tools } });
          const error = await line.refusal();
          same(error, 'error.code', 'invalid_value');
          same(error, 'error.param', 'session.tools[0].name');
        },
      },
    ] satisfies Parameters<typeof checksOf>[2]
  ).map((part) => ({ isModelsWill: true, ...part })),
);

function isCall(event: unknown): boolean {
  return at(event, 'item.type') === 'function_call';
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
