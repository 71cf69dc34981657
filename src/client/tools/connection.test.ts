import { describe, expect, it } from 'vitest';
import { began, called, ended, settled, slow, start, weather } from '../../../test/client/fake-session.ts';
import type { ConnectionChange } from '../connection/state.ts';
import { ClientError } from '../errors.ts';

describe('the end of a connection', () => {
  const back = (...restoredItemIds: string[]): ConnectionChange => ({
    type: 'reconnected',

    restoredItemIds,
    dropped: {},
  });

  it('aborts what runs when the session is over, and answers nothing more', async () => {
    const { made, signals, answer } = slow();
    const { fake, runner, errors } = start([made]);
    await fake.tell(began(), called('1', 'slow'), ended());
    fake.end();
    await settled();
    expect(signals[0]?.aborted).toBe(true);
    answer('late');
    await settled();
    expect(fake.created).toEqual([]);
    expect(fake.handlers).toBe(0);
    expect(runner.running).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('answers a call that a reconnection brought back', async () => {
    const { made, answer } = slow();
    const { fake } = start([made]);
    await fake.tell(began(), called('1', 'slow'));
    fake.change(back('item_1'));
    answer('still there');
    await settled();
    expect(fake.outputs()).toEqual(['still there']);
    expect(fake.responses).toBe(1);
  });

  it('gives up a call that no reconnection brought back', async () => {
    const { made, signals } = slow();
    const { fake } = start([made]);
    await fake.tell(began(), called('1', 'slow'), ended());
    fake.change(back('something_else'));
    await settled();
    expect(signals[0]?.aborted).toBe(true);
    expect(fake.created).toEqual([]);
    expect(fake.responses).toBe(0);
  });

  it('answers again where the connection went before the server had the output', async () => {
    const { fake, errors } = start([weather]);
    fake.failures.push(new ClientError('connection_lost'));
    await fake.tell(began(), called('1', 'weather', '{"city":"Bari"}'));
    expect(fake.created).toEqual([]);
    fake.change(back('item_1'));
    await settled();
    expect(fake.outputs()).toEqual(['rain in Bari']);
    expect(fake.responses).toBe(1);
    expect(errors).toEqual([]);
  });

  it('reports an output that the server refuses, and is not held up by it', async () => {
    const { fake, errors } = start([weather]);
    fake.failures.push(new Error('no such call'));
    await fake.tell(
      began(),
      called('1', 'weather', '{"city":"Nice"}'),
      called('2', 'weather', '{"city":"Lyon"}'),
      ended(),
    );
    expect(fake.outputs()).toEqual(['rain in Lyon']);
    expect(fake.responses).toBe(1);
    expect(errors).toHaveLength(1);
  });
});
