import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from '@copilotkit/aimock';
import { describe, expect, it } from 'vitest';
import { counts } from '../../src/check/report/summary.ts';
import { runChecks } from '../../src/check/run.ts';
import { expectationsIn } from '../../src/cli/check/settings.ts';
import { endpointOf } from './endpoint.ts';
import { allChecks, broken } from './suite.ts';

const file = join(import.meta.dirname, 'aimock.yaml');

describe('@copilotkit/aimock, which is known to be imperfect', () => {
  it('breaks the rules that its file of expectations names, and no other', async () => {
    const fixture = { match: { userMessage: /.*/ }, response: { content: 'ready' } };
    const mock = await createServer([fixture], { port: 0, logLevel: 'silent' });
    const server = endpointOf(mock.server);
    const checks = allChecks.filter(({ profile }) => profile === 'core');
    const run = { endpoint: server.endpoint, checks, timeoutMs: 20_000, tries: 1, concurrency: 1, allowCostly: false };
    const results = await server.whileTimePasses(runChecks(run));
    server.close();
    const expected = expectationsIn(readFileSync(file, 'utf8'), file);
    const found = new Set(broken(results));
    expect([...found].filter((id) => !expected.has(id))).toEqual([]);
    // It answers by timers of its own, on which hang what a cancel meets, and what the laws see. Its ids are random.
    const steady = [...expected.keys()].filter((id) => !/^law\.|\/cancel|\/ids$/.test(id));
    expect(steady.filter((id) => !found.has(id))).toEqual([]);
    expect(results.filter((result) => counts({ expected, level: 'must' }, result))).toEqual([]);
  });
});
