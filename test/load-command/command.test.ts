import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { echoModel } from '../../src/engines/index.ts';
import type { LoadReport } from '../../src/load/report.ts';
import { readScenario, recordTo, scenarioModel } from '../../src/testing/index.ts';
import { folderWith } from '../clients/program.ts';
import { connect } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { serve, textTurn } from '../e2e/test-server.ts';
import { emptyFolder } from '../setup/folder.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/load.md'), 'utf8');
const { ended } = programsOfTest();

/** The first block of the page that is marked so. */
function block(info: string): string {
  return page.split(`\n\`\`\`${info}\n`)[1]?.split('\n```')[0] ?? '';
}

/** The report without its figures and its verdict, and without questions for which a busy machine had no time. */
function form(report: string): readonly string[] {
  const [, ...lines] = report.trim().split('\n');
  return lines
    .map((line) => line.replaceAll(/[\d.]+/g, '0').replaceAll(/ +/g, ' '))
    .map((line) => line.replace(/^ not met /, ' met ').replace('errors 0 × not_begun', 'errors none'));
}

function words(line: string): readonly string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, bare]) => quoted ?? bare ?? '');
}

const folder = folderWith({});

describe('antiphon load', () => {
  it('comes to what the example of its page shows', async () => {
    const server = await serve({ models: { '*': echoModel({ voice: null }) } });
    const args = words(block('sh run').trim().replace('ws://127.0.0.1:8090', server.ws)).slice(1);
    const { code, stdout } = await ended(args, { folder });
    expect(form(stdout)).toEqual(form(block('text')));
    const [verdict = ''] = stdout.split('\n');
    expect(`${code} ${verdict}`).toMatch(/^(?:0 OBJECTIVE MET|1 OBJECTIVE NOT MET|4 INVALID: the generator) /);
  });

  it('writes its results for programs, from several processes as from one', async () => {
    const server = await serve({ models: { '*': echoModel({ voice: null }) } });
    const args = `load ${server.ws} --sessions 3 --ramp 30 --for 1s --turn-every 500ms --shape text --procs 2 --json -`;
    const { stdout } = await ended(args.split(' '), { folder });
    const report: LoadReport = JSON.parse(stdout);
    expect(report).toMatchObject({ sessions: 3, opened: 3, closes: {} });
    // A busy machine may have no time for a question; the report then says so.
    const { not_begun: late = 0, ...errors }: Record<string, number> = { ...report.errors };
    expect(errors).toEqual({});
    expect(report.turns - report.turns_answered).toBe(late);
    expect(report.objective_met).toBe(late === 0);
    expect(report.latency_ms).toMatchObject({
      session_created: { p50: expect.any(Number), max: expect.any(Number) },
      first_audio: { p50: null, p95: null, p99: null, max: null },
    });
    expect(report.server).toEqual({ cpu: null, sessions_per_core: null });
  });

  it('plays the client of a take, in sessions of several processes', async () => {
    const scenario = scenarioModel(readScenario('replies: [{ steps: [{ say: "Yes." }] }]', 'scenario'));
    const path = join(emptyFolder(), 'asked.take');
    const server = await serve({ models: { '*': scenario }, record: recordTo(path) });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    for (const event of textTurn) peer.send(event);
    await peer.event('rate_limits.updated');
    peer.socket.close(1000);
    await peer.closed();
    await server.close();
    const other = await serve({ models: { '*': scenario } });
    const args = `load ${other.ws} --sessions 3 --ramp 30 --for 4s --shape ${path} --procs 2 --json -`;
    const { stdout } = await ended(args.split(' '), { folder });
    const report: Record<string, unknown> = JSON.parse(stdout);
    expect(report).toMatchObject({ sessions: 3, errors: {}, closes: {}, turns_answered: report['turns'] });
    expect(report['opened']).toBeGreaterThanOrEqual(3);
    expect(report['latency_ms']).toMatchObject({ first_text: { p50: expect.any(Number) } });
  });

  it('exits with 1 where the objective is not met, unless the machine was too busy to tell', async () => {
    const server = await serve({ models: { '*': echoModel({ voice: null }) } });
    const args = `load ${server.ws} --sessions 1 --for 1s --shape idle --objective session_created.max<0`;
    expect([1, 4]).toContain((await ended(args.split(' '), { folder })).code);
  });

  it('exits with 2 where the server refuses every session', async () => {
    const server = await serve({ auth: { keys: ['sk-load'] } });
    const { code, stderr } = await ended(['load', server.ws, '--key', 'sk-wrong'], { folder });
    expect([code, stderr]).toEqual([
      2,
      `antiphon: Can't open a session at ${server.ws}: the server says invalid_api_key.\n`,
    ]);
  });

  it.each([
    ['ws://127.0.0.1:1', 2, "Can't open a session at ws://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1."],
    ['wss://example.invalid --sessions 11', 3, 'Say --yes if that is meant.'],
    ['wss://example.invalid --find-max', 3, 'Say --yes if that is meant.'],
    [
      'ws://127.0.0.1:1 --shape song',
      3,
      '--shape must be one of voice, text, idle, barge, or a FILE.take, not "song".',
    ],
    ['ws://127.0.0.1:1 --shape none.take', 3, "Can't read the take none.take"],
    ['ws://127.0.0.1:1 --for ever', 3, '--for must be a time such as 60s or 5m, 100 ms at least, not "ever".'],
    ['ws://127.0.0.1:1 --ramp 0/s', 3, '--ramp must be a rate such as 10/s, not "0/s".'],
    ['ws://127.0.0.1:1 --objective done<1', 3, '--objective: "done<1" is no objective such as'],
    ['ws://127.0.0.1:1 --sessions none', 3, '--sessions must be a whole number above 0, not "none".'],
    ['ftp://127.0.0.1', 3, 'is no address such as ws://'],
    ['ws://127.0.0.1:1 --wrong', 3, 'See antiphon --help.'],
  ])('load %s: exits with %i, and says why in a line', async (args, code, told) => {
    const found = await ended(['load', ...args.split(' ')], { folder });
    expect([found.code, found.stdout, found.stderr.trim().split('\n').length]).toEqual([code, '', 1]);
    expect(found.stderr).toContain(told);
  });
});
