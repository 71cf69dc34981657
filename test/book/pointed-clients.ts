import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificate, folderWith, type Program, serve } from '../clients/program.ts';
import { hangMs } from '../setup/hang.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/point-your-client.md'), 'utf8');

/** What the clients of the page are pointed at: a server without TLS, and one with. */
export interface PointedServers {
  readonly plain: Program;
  readonly secure: Program;
  /** The certificate that clients have to trust. */
  readonly trusted: string;
  /** Stops both. Throws if either had to answer a client with an error. */
  stop(): Promise<void>;
}

/** What the echo says when it is asked for an answer, and when it is told good morning. */
export const answers = ['Hello. What you say or type comes back to you.', 'You said: Good morning'];

/** The servers as the page has its readers start them: every model name is the echo. */
export async function pointedServers(): Promise<PointedServers> {
  const { cert, key } = certificate();
  // A call whose page is gone would be waited for.
  const file = join(folderWith({ 'antiphon.yaml': 'drain: { seconds: 1 }\n' }), 'antiphon.yaml');
  const plain = await serve(['--config', file]);
  const secure = await serve(['--config', file, '--tls-cert', cert, '--tls-key', key]);
  return {
    plain,
    secure,
    trusted: cert,
    async stop() {
      const errors = await errorsOf(plain);
      await Promise.all([plain.stop(), secure.stop()]);
      if (errors.length > 0) throw new Error(`a client was answered with an error: ${errors.join(', ')}`);
    },
  };
}

async function errorsOf({ url }: Program): Promise<readonly string[]> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return metrics.match(/^antiphon_(?:errors|refusals)_total\{.*$/gm) ?? [];
}

/** The program of the page with this name, with the addresses of these servers in the place of the reader's. */
export function pointed(name: string, { plain, secure }: PointedServers): string {
  const [, code] = new RegExp(`^\`\`\`\\w+ ${name.replace('.', '\\.')}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page) ?? [];
  if (code === undefined) throw new Error(`docs/point-your-client.md has no program ${name}`);
  const here = new URL(plain.url).host;
  return code.replaceAll('https://localhost:8080', secure.url).replaceAll('127.0.0.1:8080', here);
}

/** Runs a program until it prints an answer, and ends it then: most would go on listening. Rejects if none came. */
export function answerOf(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: hangMs,
  });
  let said = '';
  let complained = '';
  const found = () => answers.find((answer) => said.includes(answer));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complained += text));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (found() !== undefined) child.kill();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const answer = found();
      if (answer !== undefined) resolve(answer);
      else reject(new Error(`${args.at(-1)} ended with ${code} and printed no answer: ${said}${complained}`));
    });
  });
}
