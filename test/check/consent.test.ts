import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { terminalsOfTest } from '../e2e/at-terminal.ts';
import { echo, modelThat, serve } from '../e2e/test-server.ts';

const runAtTerminal = terminalsOfTest();

/** A name of the wide world, which is this machine to the program. */
const farName = 'api.example.com';
const names = `
import dns from 'node:dns';
const { lookup } = dns;
dns.lookup = (name, options, done) => lookup(name === '${farName}' ? '127.0.0.1' : name, options, done);
`;

/** What comes of a check of an endpoint that may bill, whose question is answered with these keys. */
async function checked(
  keys: string | null,
): Promise<{ readonly code: number; readonly shown: string; readonly asked: number }> {
  let asked = 0;
  const model = modelThat((...given) => {
    asked += 1;
    return echo.open().respond(...given);
  });
  const server = await serve({ models: { echo: model }, auth: { allowedHosts: [farName] } });
  const url = server.ws.replace('127.0.0.1', farName);
  const folder = folderWith({ 'names.mjs': names });
  const terminal = runAtTerminal(
    ['check', url, '--model', 'echo', '--only', 'core.response/text-order', '--timeout', '60'],
    { folder, flags: ['--import', join(folder, 'names.mjs')] },
  );
  await terminal.answer('Go on?', keys);
  return { ...(await terminal.ended()), asked };
}

describe('antiphon check at a terminal, of an endpoint that may bill', () => {
  it('says what it may cost, and goes on after a yes', async () => {
    const { code, shown, asked } = await checked('y\r');
    expect(shown).toContain(`${farName} may bill for this: about 1 answer, and 0 s of sound to hear. Go on? [y/N]`);
    expect(shown).toContain('PASSED');
    expect([code, asked]).toEqual([0, 1]);
  });

  it.each([
    ['no', 'n\r'],
    ['nothing', '\r'],
    ['something else', 'why?\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['the end of input', null],
  ])('asks for no answer after %s', async (_name, keys) => {
    const { code, shown, asked } = await checked(keys);
    expect(shown).toContain('antiphon: Nothing was checked.');
    expect([code, asked]).toEqual([3, 0]);
  });
});
