import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unreachable } from '../../src/check/reach.ts';
import { counts } from '../../src/check/report/summary.ts';
import { runChecks } from '../../src/check/run.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { endpointOf } from './endpoint.ts';
import { hostile } from './hostile-servers.ts';
import { allChecks } from './suite.ts';

const { ended } = programsOfTest();

const own = allChecks.filter(({ profile }) => profile === 'core');

/** What a person reads first: why there is nothing to check, or why the first check fails. */
async function firstLine(
  name: string,
): Promise<{ readonly reason: string; readonly untried: number; readonly fails: boolean }> {
  const server = endpointOf(hostile(name));
  try {
    const reason = await server.whileTimePasses(unreachable(server.endpoint, 20_000));
    if (reason !== null) return { reason, untried: 0, fails: true };
    const { endpoint } = server;
    const one = own.filter(({ id }) => id === 'core.session/created-first');
    const checks = /^(?:says|answers|greets)/.test(name) ? own : one;
    const run = { endpoint, checks, timeoutMs: 20_000, tries: 1, concurrency: 1, allowCostly: false };
    const results = await server.whileTimePasses(runChecks(run));
    const first = results.find(({ id }) => id === 'core.session/created-first');
    const untried = results.filter(({ why }) => why.startsWith('Not tried')).length;
    const level = { expected: new Map<string, string>(), level: 'must' } as const;
    return { reason: first?.why ?? '', untried, fails: results.some((result) => counts(level, result)) };
  } finally {
    server.close();
  }
}

describe('a server that', () => {
  it.each([
    ['says nothing', 'Not tried: the server said nothing in the checks before.'],
    ['answers the upgrade drop by drop', 'Not tried: the server said nothing in the checks before.'],
    ['greets drop by drop', 'Not tried: the server said nothing in the checks before.'],
    ['closes at once', 'The server closed with 1000 before session.created after the opening.'],
    ['sends what is no UTF-8', 'The server closed with 1006 (Invalid WebSocket frame: invalid UTF-8 sequence) before'],
    ['sends frames of 100 MB', 'The server closed with 1006 (Max payload size exceeded) before'],
    [
      'sends elsewhere',
      'The upgrade was answered with HTTP 302 to http://elsewhere.example/, which a WebSocket client',
    ],
    ['speaks no HTTP', 'Nothing can be reached at ws://localhost/v1/realtime: localhost: Parse Error'],
  ])('%s is told of in a clear line, and does not pass', async (name, line) => {
    const { reason, fails } = await firstLine(name);
    expect(reason).toContain(line);
    expect(fails).toBe(true);
  });

  it('greets and says nothing more is not asked a hundred times', async () => {
    const { untried, fails } = await firstLine('greets and says nothing more');
    expect(untried).toBeGreaterThan(own.length / 2);
    expect(fails).toBe(true);
  });

  it.each([
    'answers no request',
    'answers requests drop by drop',
    'answers requests with 100 MB',
    'sends requests elsewhere',
    'hangs up on requests',
  ])('%s passes nothing by them, and is checked for the rest', async (name) => {
    const server = endpointOf(hostile(name));
    const asking = allChecks.filter(({ profile }) => profile === 'secrets' || profile === 'calls');
    const checks = [...asking, ...own.filter(({ id }) => id === 'core.session/created-first')];
    const run = { endpoint: server.endpoint, checks, timeoutMs: 20_000, tries: 1, concurrency: 1, allowCostly: false };
    const begun = server.endpoint.clock.now();
    const results = (await server.whileTimePasses(runChecks(run))).filter(({ id }) => !id.startsWith('law.'));
    expect(server.endpoint.clock.now() - begun).toBeLessThan(120_000);
    expect(results.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id)).toEqual([
      'core.session/created-first',
    ]);
    server.close();
  });

  it('never stops is left after a while, in every check', async () => {
    const server = endpointOf(hostile('never stops'));
    const checks = own.filter(({ id }) => id === 'core.session/update-answered');
    const run = { endpoint: server.endpoint, checks, timeoutMs: 20_000, tries: 1, concurrency: 1, allowCostly: false };
    const [result] = await server.whileTimePasses(runChecks(run));
    expect(result?.why).toMatch(/^The server sends without end: \d+ events, and no session.updated/);
    server.close();
  });

  it.each(['answers the upgrade drop by drop', 'greets drop by drop'])(
    '%s does not keep the program from its end',
    async (name) => {
      const server = hostile(name).listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : null;
      const { code, stdout } = await ended([
        'check',
        `ws://127.0.0.1:${port}`,
        '--profile',
        'core',
        '--timeout',
        '0.2',
      ]);
      expect([code, stdout.includes('FAILED: ')]).toEqual([1, true]);
    },
  );
});
