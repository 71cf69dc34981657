import { describe, expect, it } from 'vitest';
import {
  began,
  called,
  ended,
  item,
  settled,
  slow,
  start,
  type Told,
  weather,
} from '../../../test/client/fake-session.ts';
import { definitionsOf, tool } from './tool.ts';

const add = tool({
  name: 'add',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  run: ({ a, b }) => ({ sum: a + b }),
});

describe('registering', () => {
  it('adds the tools to those that the session has, in the place of their own old definitions', async () => {
    const { fake, runner } = start([weather], {}, [
      { type: 'function', name: 'other' },
      { type: 'function', name: 'weather' },
    ]);
    await runner.registered;
    expect(fake.updates).toEqual([
      { type: 'realtime', tools: [{ type: 'function', name: 'other' }, ...definitionsOf([weather])] },
    ]);
  });

  it('is left to the app where it says so', async () => {
    const { fake, runner } = start([weather], { register: false });
    await runner.registered;
    expect(fake.updates).toEqual([]);
  });
});

describe('a call', () => {
  it('is run and answered, and a response follows once its own is done', async () => {
    const { fake } = start([weather]);
    await fake.tell(began(), called('1', 'weather', '{"city":"Paris"}'));
    expect(fake.created).toEqual([{ type: 'function_call_output', call_id: '1', output: 'rain in Paris' }]);
    expect(fake.responses).toBe(0);
    await fake.tell(ended());
    expect(fake.responses).toBe(1);
  });

  it('shares the response that follows with all calls beside it, however long they take', async () => {
    const { made, answer } = slow();
    const { fake, runner } = start([weather, made]);
    await fake.tell(
      began(),
      called('1', 'slow'),
      called('2', 'weather', '{"city":"Oslo"}'),
      called('3', 'slow'),
      ended(),
    );
    expect(fake.outputs()).toEqual(['rain in Oslo']);
    expect(runner.running.map(({ callId }) => callId)).toEqual(['1', '3']);
    answer('one');
    await settled();
    expect(fake.responses).toBe(0);
    answer('three');
    await settled();
    expect(fake.outputs()).toEqual(['rain in Oslo', 'one', 'three']);
    expect(fake.responses).toBe(1);
  });

  it('is run once, however often it is told of', async () => {
    const { fake } = start([weather]);
    const call = item('1', 'weather', '{"city":"Rome"}');
    await fake.tell(
      began(),
      called('1', 'weather', '{"city":"Rome"}'),
      called('1', 'weather', '{"city":"Rome"}'),
      ended('completed', 'r', [call]),
    );
    expect(fake.outputs()).toEqual(['rain in Rome']);
    expect(fake.responses).toBe(1);
  });

  it('is run where only the end of the response tells of it', async () => {
    const { fake } = start([weather]);
    await fake.tell(began(), ended('completed', 'r', [item('1', 'weather', '{"city":"Bern"}')]));
    expect(fake.outputs()).toEqual(['rain in Bern']);
    expect(fake.responses).toBe(1);
  });

  it('is not run where it was cut short, or belongs to a response out of band', async () => {
    const { fake } = start([weather]);
    await fake.tell(
      began(),
      called('1', 'weather', '{"ci', { status: 'incomplete' }),
      ended('cancelled', 'r', [item('1', 'weather', '{"ci', 'incomplete')]),
    );
    await fake.tell(
      began('x', null),
      { ...called('2', 'weather'), response_id: 'x' },
      ended('completed', 'x', [item('2', 'weather')]),
    );
    expect(fake.created).toEqual([]);
    expect(fake.responses).toBe(0);
  });

  it('is answered but not followed where its response was cancelled', async () => {
    const { fake } = start([weather]);
    await fake.tell(began(), called('1', 'weather', '{"city":"Wien"}'), ended('cancelled'));
    expect(fake.outputs()).toEqual(['rain in Wien']);
    expect(fake.responses).toBe(0);
  });
});

describe('what a tool gives', () => {
  const give = (result: unknown) => tool({ name: 'give', run: () => result });

  it.each([
    ['text', 'plain', 'plain'],
    ['nothing', undefined, ''],
    ['null', null, 'null'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['an object with an output among other things', { output: 1, unit: 'm' }, '{"output":1,"unit":"m"}'],
  ])('goes to the model: %s', async (_name, result, output) => {
    const { fake } = start([give(result)]);
    await fake.tell(began(), called('1', 'give'), ended());
    expect(fake.outputs()).toEqual([output]);
    expect(fake.responses).toBe(1);
  });

  it('may ask the model to be silent', async () => {
    const { fake } = start([give({ output: { ok: true }, respond: false }), weather]);
    await fake.tell(began(), called('1', 'give'), ended());
    expect(fake.outputs()).toEqual(['{"ok":true}']);
    expect(fake.responses).toBe(0);
    await fake.tell(
      began('s'),
      { ...called('2', 'give'), response_id: 's' },
      { ...called('3', 'weather', '{"city":"Bonn"}'), response_id: 's' },
      ended('completed', 's'),
    );
    expect(fake.responses).toBe(1);
  });

  it('may show images', async () => {
    const { fake } = start([give({ output: 'see', images: ['data:image/png;base64,AA=='] })]);
    await fake.tell(began(), called('1', 'give'), ended());
    expect(fake.created[1]).toEqual({
      type: 'message',
      role: 'user',
      content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }],
    });
    expect(fake.responses).toBe(1);
  });

  it('is an error where it cannot be written as JSON', async () => {
    const { fake } = start([give(1n)]);
    await fake.tell(began(), called('1', 'give'), ended());
    expect(fake.outputs()[0]).toContain('tool_error');
  });
});

describe('mistakes are told to the model', () => {
  const errorOf = (output: string | undefined): unknown => JSON.parse(output ?? '').error;

  it('when arguments are not JSON, or not what the schema asks for', async () => {
    const { fake } = start([weather, add]);
    await fake.tell(
      began(),
      called('1', 'weather', '{"city":'),
      called('2', 'weather', '{"city":7}'),
      called('3', 'add', '{"a":"x"}'),
      ended(),
    );
    const of = (call: string) =>
      fake.created.find((each) => each.type === 'function_call_output' && each.call_id === call);
    const outputs = ['1', '2', '3']
      .map((call) => of(call))
      .map((each) => (each?.type === 'function_call_output' ? each.output : ''));
    expect(outputs.map(errorOf)).toMatchObject([
      { type: 'invalid_json' },
      { type: 'invalid_arguments', issues: [{ path: 'city' }] },
      {
        type: 'invalid_arguments',
        issues: [
          { path: 'b', message: 'is missing' },
          { path: 'a', message: 'must be number' },
        ],
      },
    ]);
    expect(fake.responses).toBe(1);
  });

  it('when there is no such tool', async () => {
    const { fake } = start([weather, add]);
    await fake.tell(began(), called('1', 'wether'), ended());
    expect(errorOf(fake.outputs()[0])).toEqual({
      type: 'unknown_tool',
      message: 'There is no tool called "wether". There are: weather, add.',
    });
    expect(fake.responses).toBe(1);
    const other = start([weather], { unknown: 'ignore' });
    await other.fake.tell(began(), called('1', 'wether'), ended());
    expect(other.fake.created).toEqual([]);
    expect(other.fake.responses).toBe(0);
  });

  it('when a tool throws, in the words of the app if it has some', async () => {
    const broken = tool({ name: 'broken', run: () => Promise.reject(new Error('out of paper')) });
    const { fake } = start([broken]);
    await fake.tell(began(), called('1', 'broken'), ended());
    expect(errorOf(fake.outputs()[0])).toEqual({ type: 'tool_error', message: 'out of paper' });
    const discreet = start([broken], { describeError: (_error, { name }) => `${name} is out of order` });
    await discreet.fake.tell(began(), called('1', 'broken'), ended());
    expect(errorOf(discreet.fake.outputs()[0])).toMatchObject({ message: 'broken is out of order' });
  });

  it('when a tool takes too long; what it gives later is dropped', async () => {
    const { made, answer, signals } = slow({ timeoutMs: 2000 });
    const { fake, clock } = start([made]);
    await fake.tell(began(), called('1', 'slow'), ended());
    clock.advance(1999);
    await settled();
    expect(fake.created).toEqual([]);
    clock.advance(1);
    await settled();
    expect(errorOf(fake.outputs()[0])).toEqual({ type: 'timeout', message: 'The tool took longer than 2 seconds.' });
    expect(signals[0]?.aborted).toBe(true);
    expect(signals[0]?.reason).toMatchObject({ name: 'TimeoutError' });
    answer('late');
    await settled();
    expect(fake.created).toHaveLength(1);
    expect(fake.responses).toBe(1);
  });

  it('leaves no timer behind', async () => {
    const { fake, clock } = start([weather]);
    await fake.tell(began(), called('1', 'weather', '{"city":"Ulm"}'), ended());
    expect(clock.waiting).toBe(0);
  });
});

describe('speech', () => {
  const speech: Told = { type: 'input_audio_buffer.speech_started', item_id: 'u', audio_start_ms: 0 };

  it('gives up the calls that allow it: they are answered, and nothing follows', async () => {
    const { made, signals } = slow({ abortOnInterruption: true });
    const { fake } = start([made]);
    await fake.tell(began(), called('1', 'slow'), ended(), speech);
    expect(signals[0]?.aborted).toBe(true);
    expect(fake.outputs()[0]).toContain('aborted');
    expect(fake.responses).toBe(0);
  });

  it('lets the others go on', async () => {
    const { made, answer, signals } = slow();
    const { fake } = start([made]);
    await fake.tell(began(), called('1', 'slow'), ended(), speech);
    expect(signals[0]?.aborted).toBe(false);
    answer('done');
    await settled();
    expect(fake.responses).toBe(1);
  });
});

describe('a background tool', () => {
  it('lets the model go on, and tells what came of it when it is there', async () => {
    const { made, answer } = slow({ background: true });
    const { fake, clock } = start([made]);
    await fake.tell(began(), called('1', 'slow'), ended());
    expect(fake.outputs()).toEqual(['{"status":"running"}']);
    expect(fake.responses).toBe(1);
    clock.advance(600_000);
    answer({ found: 3 });
    await settled();
    expect(fake.created[1]).toEqual({
      type: 'message',
      role: 'system',
      content: [{ type: 'input_text', text: 'The call 1 of the tool slow is over. Its output: {"found":3}' }],
    });
    expect(fake.responses).toBe(2);
  });
});
