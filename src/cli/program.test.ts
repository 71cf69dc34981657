import { describe, expect, it } from 'vitest';
import { program } from './program.ts';
import type { ServeFlags } from './settings.ts';

/** Runs a command line; gives the flags that serve was called with, or the one line that told what was wrong. */
async function commandLine(...args: string[]): Promise<{ flags: ServeFlags | null; told: string }> {
  let flags: ServeFlags | null = null;
  let told = '';
  const root = program(async (given) => {
    flags = { ...given };
  });
  for (const command of [root, ...root.commands]) {
    command.configureOutput({
      writeErr: (text) => {
        told += text;
      },
      writeOut: (text) => {
        told += text;
      },
    });
  }
  await root.parseAsync(args, { from: 'user' }).catch(() => {});
  return { flags, told };
}

describe('the command line', () => {
  it('knows every flag of serve', async () => {
    const args =
      '--host h --port 1 --config c --scenario s --api-key a --api-key b --tls-cert x --tls-key y --beta-header strict --deflate --log-level warn';
    const { flags } = await commandLine('serve', ...args.split(' '));
    expect(flags).toEqual({
      host: 'h',
      port: '1',
      config: 'c',
      scenario: 's',
      apiKey: ['a', 'b'],
      tlsCert: 'x',
      tlsKey: 'y',
      betaHeader: 'strict',
      deflate: true,
      logLevel: 'warn',
    });
  });

  it('sets nothing that was not given', async () => {
    expect((await commandLine('serve')).flags).toEqual({});
  });

  it.each([
    [['serve', '--prt', '1'], "antiphon: unknown option '--prt' (Did you mean --port?). See antiphon --help.\n"],
    [
      ['serve', '--beta-header', 'maybe'],
      "antiphon: option '--beta-header <mode>' argument 'maybe' is invalid. Allowed choices are ignore, strict, translate. See antiphon --help.\n",
    ],
    [['serve', '--port'], "antiphon: option '--port <port>' argument missing. See antiphon --help.\n"],
    [
      ['serve', 'now'],
      "antiphon: too many arguments for 'serve'. Expected 0 arguments but got 1: now. See antiphon --help.\n",
    ],
    [['server'], "antiphon: unknown command 'server' (Did you mean serve?). See antiphon --help.\n"],
  ])('answers %j with one line', async (args, line) => {
    const { flags, told } = await commandLine(...args);
    expect(told).toBe(line);
    expect(flags).toBeNull();
  });

  it('explains itself', async () => {
    const { told } = await commandLine('serve', '--help');
    for (const name of ['--host', '--scenario', 'ANTIPHON_API_KEYS', '--deflate']) expect(told).toContain(name);
  });
});
