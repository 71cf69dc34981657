import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

/** A name of the wide world, which is this machine to whoever asks with `names`. */
export const farName = 'api.example.com';

const names = `
import dns from 'node:dns';
const { lookup } = dns;
dns.lookup = (name, options, done) => lookup(name === '${farName}' ? '127.0.0.1' : name, options, done);
`;

/** What came of a program that ran at a terminal. */
export interface Shown {
  readonly code: number | null;
  readonly screen: string;
}

/** Runs the built program at a terminal of its own, and answers its question with these keys; null ends the input. */
export async function atTerminal(args: readonly string[], keys: string | null): Promise<Shown> {
  const preload = join(folderWith({ 'names.mjs': names }), 'names.mjs');
  const line = [process.execPath, '--import', preload, main, ...args].map((word) => `'${word}'`).join(' ');
  const { ANTIPHON_KEY: _antiphon, OPENAI_API_KEY: _key, ...env } = process.env;
  const child = spawn('script', ['-qefc', `stty cols 200; exec ${line}`, '/dev/null'], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    let screen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (screen += text));
    let code: number | null | undefined;
    child.once('close', (exit) => {
      code = exit;
    });
    await until('the question, or the end', () => (screen.includes('Go on?') ? true : code));
    if (keys === null) child.stdin.end();
    else child.stdin.write(keys);
    return { code: await until('the program to end', () => code), screen };
  } finally {
    child.kill('SIGKILL');
  }
}
