import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { httpErrors } from '../../src/server/admission/http-errors.ts';
import { until } from '../clients/until.ts';
import { serve, type TestServer } from '../e2e/test-server.ts';

const page = readFileSync(new URL('../../docs/rest.md', import.meta.url), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks = Array.from(
  page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm),
  ([, language = '', text = '']): Block => ({
    language,
    text,
  }),
);

/** Commands of the page, each with the answer that follows it. */
const commands = blocks.flatMap(({ language, text }, index) =>
  language === 'sh' ? [{ command: text, answer: blocks[index + 1]?.text ?? '' }] : [],
);

function start(): Promise<TestServer> {
  return serve({ auth: { keys: ['sk-test'] } });
}

async function run(command: string, { url }: TestServer): Promise<unknown> {
  const here = command.replaceAll('http://127.0.0.1:8080', url);
  const { stdout } = await promisify(execFile)('bash', ['-c', here], { env: { ...process.env, KEY: 'sk-test' } });
  return JSON.parse(stdout);
}

/** Without what is another one each time: ids, secrets, times. */
function steady(json: string): unknown {
  return JSON.parse(json.replaceAll(/(ek|sess)_\w+/g, '$1_').replaceAll(/\b\d{10}\b/g, '0'));
}

describe('docs/rest.md', () => {
  it.each(commands)('shows a command that works, and what it answers: $command', async ({ command, answer }) => {
    const told = await run(command, await start());
    expect(steady(JSON.stringify(told))).toEqual(steady(answer));
  });

  it('shows how a browser connects with what it was handed', async () => {
    const server = await start();
    const mint = commands.find(({ command }) => command.includes('client_secrets'))?.command ?? '';
    const secret: unknown = Reflect.get(Object(await run(mint, server)), 'value');
    const script =
      blocks.find(({ language }) => language === 'js')?.text.replace('ws://127.0.0.1:8080', server.ws) ?? '';
    const code = `const secret = ${JSON.stringify(secret)};\n${script}`;
    const child = execFile(process.execPath, ['--input-type=module', '--eval', code]);
    let printed = '';
    child.stdout?.on('data', (text: string) => (printed += text));
    await until('session.created', () => printed.includes('session.created'));
    child.kill();
  });

  it('names every way to fail', () => {
    const codes = [
      httpErrors.unknownUrl('', ''),
      httpErrors.methodNotAllowed('', '', []),
      httpErrors.upgradeRequired(),
      httpErrors.malformedUpgrade(''),
      httpErrors.originNotAllowed(),
      httpErrors.hostNotAllowed(),
      httpErrors.forwardNotAccepted(),
      httpErrors.wrongKey(),
      httpErrors.tooManyWrongKeys(0),
      httpErrors.bodyTooLarge(0),
      httpErrors.chunksTooLarge(),
      httpErrors.headersTooLarge(),
      httpErrors.requestTimeout(),
      httpErrors.malformedRequest(''),
      httpErrors.expectationFailed(),
      httpErrors.noProxy(),
      httpErrors.missingOffer(),
      httpErrors.badOffer(''),
      httpErrors.unsupportedContentType(''),
      httpErrors.malformedForm(''),
      httpErrors.unknownField(''),
      httpErrors.modelTwice('', ''),
      httpErrors.callNotPassedOn(''),
      httpErrors.callsUnavailable(''),
      httpErrors.callIsUp(''),
      httpErrors.callAnswered(''),
      httpErrors.callEnded(''),
      httpErrors.callRings(''),
      httpErrors.badStatus(0),
      httpErrors.badSignature(),
      httpErrors.missingCallSid(),
      httpErrors.phoneNotPassedOn(''),
      httpErrors.referRefused(),
      httpErrors.referFailed(),
      httpErrors.unknownCall(''),
      httpErrors.tooManySecrets(0),
      httpErrors.unknownSession(''),
      httpErrors.limitReached(0),
      httpErrors.quotaUsedUp(),
      httpErrors.secretTooLarge(0, 0),
    ].map(({ code }) => code);
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
    expect(codes).toHaveLength(Object.keys(httpErrors).length - 2); // those without a code: no key, and a failing server
  });
});
