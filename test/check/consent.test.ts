import { describe, expect, it } from 'vitest';
import { echo, modelThat, serve } from '../e2e/test-server.ts';
import { atTerminal, farName } from './terminal.ts';

/** Whoever asks it may be billed. */
async function billing(): Promise<{ readonly args: readonly string[]; readonly asked: () => number }> {
  let asked = 0;
  const model = modelThat((...given) => {
    asked += 1;
    return echo.open().respond(...given);
  });
  const server = await serve({ models: { echo: model }, auth: { allowedHosts: [farName] } });
  const url = server.ws.replace('127.0.0.1', farName);
  return {
    args: ['check', url, '--model', 'echo', '--only', 'core.response/text-order', '--timeout', '60'],
    asked: () => asked,
  };
}

describe('antiphon check at a terminal, of an endpoint that may bill', () => {
  it('says what it may cost, and goes on after a yes', async () => {
    const { args, asked } = await billing();
    const { code, screen } = await atTerminal(args, 'y\r');
    expect(screen).toContain(`${farName} may bill for this: about 1 answer, and 0 s of sound to hear. Go on? [y/N]`);
    expect(screen).toContain('PASSED');
    expect([code, asked()]).toEqual([0, 1]);
  });

  it.each([
    ['no', 'n\r'],
    ['nothing', '\r'],
    ['something else', 'why?\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['the end of input', null],
  ])('asks for no answer after %s', async (_name, keys) => {
    const { args, asked } = await billing();
    const { code, screen } = await atTerminal(args, keys);
    expect(screen).toContain('antiphon: Nothing was checked.');
    expect([code, asked()]).toEqual([3, 0]);
  });
});
