import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { until } from '../clients/until.ts';

const main = join(import.meta.dirname, '../../dist/cli/main.js');

export interface Terminal {
  /** Waits for a question, then presses these keys; null ends the input. */
  answer(question: string, keys: string | null): Promise<void>;
  /** The exit code and all that was shown, as soon as the program has ended. */
  ended(): Promise<{ readonly code: number; readonly shown: string }>;
}

export interface TerminalOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags of Node's own. */
  readonly flags?: readonly string[];
}

/** Runs the built program at a terminal of its own, which is gone after the test. */
export function terminalsOfTest(): (args: readonly string[], options: TerminalOptions) => Terminal {
  const open: ChildProcess[] = [];
  afterEach(() => {
    for (const terminal of open.splice(0)) terminal.kill('SIGKILL');
  });
  return (args, { folder, environment = {}, flags = [] }) => {
    const words = [process.execPath, ...flags, main, ...args].map((word) => `'${word}'`);
    const command = `stty cols 120 rows 40; exec ${words.join(' ')}`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, OPENAI_API_KEY: '', ANTIPHON_KEY: '', TERM: 'xterm', ...environment },
    });
    open.push(terminal);
    return followed(terminal, terminal.stdout, terminal.stdin);
  };
}

function followed(terminal: ChildProcess, output: NodeJS.ReadableStream, input: NodeJS.WritableStream): Terminal {
  let shown = '';
  let code: number | undefined;
  output.setEncoding('utf8').on('data', (text: string) => (shown += text));
  terminal.once('close', (exitCode) => {
    code = exitCode ?? -1;
  });
  return {
    async answer(question, keys) {
      await until(`the question ${question}`, () => shown.includes(question));
      if (keys === null) input.end();
      else input.write(keys);
    },
    ended: async () => ({ code: await until('the program to end', () => code), shown }),
  };
}
