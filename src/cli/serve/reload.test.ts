import { describe, expect, it } from 'vitest';
import { silentLog } from '../../server/log.ts';
import type { LiveOptions } from '../../server/options.ts';
import { SetupError } from '../../server/setup-error.ts';
import type { Held } from './loss.ts';
import { reloader } from './reload.ts';

const nothing: Held = { keys: [], file: null, models: { from: 'nothing' }, conceal: (text) => text };

/** A server that notes what it is told, and a log that does. */
function watched(load: () => Promise<LiveOptions>, read = async () => nothing, started = nothing) {
  const served: LiveOptions[] = [];
  const lines: string[] = [];
  const log = {
    ...silentLog,
    info: (message: string) => void lines.push(`info ${message}`),
    error: (message: string) => void lines.push(`error ${message}`),
  };
  const reload = reloader({
    server: { reload: (options) => void served.push(options) },
    log,
    started,
    read: async () => ({ held: await read(), load }),
  });
  return { served, lines, reload };
}

describe('a reload', () => {
  it('serves what was read', async () => {
    const options: LiveOptions = { models: {} };
    const { served, lines, reload } = watched(async () => options);
    await reload();
    expect(served).toEqual([options]);
    expect(lines).toEqual(['info configuration reloaded']);
  });

  it('changes nothing where something is wrong, and says what in a line for each', async () => {
    const mistake = (message: string) => new SetupError('invalid_configuration', message);
    const failures = [mistake('a.yaml:1: one'), mistake('a.yaml:2: two'), new Error('three\nlines')];
    const { served, lines, reload } = watched(() => Promise.reject(new AggregateError(failures)));
    await reload();
    expect(served).toEqual([]);
    expect(lines).toEqual([
      'error configuration not reloaded: a.yaml:1: one',
      'error configuration not reloaded: a.yaml:2: two',
      'error configuration not reloaded: three lines',
    ]);
  });

  it('opens no server that has keys, and compares with what was taken last', async () => {
    const keyed: Held = { ...nothing, keys: ['sk-one'] };
    const settings = [keyed, nothing, keyed];
    const { served, lines, reload } = watched(
      async () => ({ models: {} }),
      async () => settings.shift() ?? nothing,
    );
    for (let i = 0; i < 4; i++) await reload();
    expect(served).toHaveLength(2);
    const refusal =
      'error configuration not reloaded: the file has no auth.keys any more, and the server keeps what it has. To do without, restart it.';
    expect(lines).toEqual(['info configuration reloaded', refusal, 'info configuration reloaded', refusal]);
  });

  it('waits for the one before it', async () => {
    const steps: string[] = [];
    let finish = (): void => {};
    const first = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let count = 0;
    const { reload } = watched(async () => {
      const mine = (count += 1);
      steps.push(`begin ${mine}`);
      if (mine === 1) await first;
      steps.push(`end ${mine}`);
      return { models: {} };
    });
    const both = [reload(), reload()];
    finish();
    await Promise.all(both);
    expect(steps).toEqual(['begin 1', 'end 1', 'begin 2', 'end 2']);
  });
});
