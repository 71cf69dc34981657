import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkPages, exampleOf } from '../../scripts/check-pages.ts';
import type { Profile, Result } from '../../src/check/check.ts';
import { costLine, type Work, workOf } from '../../src/check/cost.ts';
import type { Reply } from '../../src/check/endpoint.ts';
import { networkEndpoint } from '../../src/check/node/network.ts';
import { runChecks } from '../../src/check/run.ts';
import { echoModel } from '../../src/engines/index.ts';
import { serve } from '../e2e/test-server.ts';
import { hangMs } from '../setup/hang.ts';
import { testScale } from '../setup/scale.ts';
import { key } from './endpoint.ts';
import { pipeline } from './models.ts';
import { httpError, type Mutation } from './mutation.ts';
import { allChecks, broken, scripted, verdicts } from './suite.ts';
import { noWork, plus, workOn } from './work-done.ts';

/** Runs that must come to the same: of all checks, or after the first of those that most depend on. */
const runs = testScale >= 10 ? 5 : 2;
const again = testScale >= 10 ? allChecks : allChecks.filter(({ profile }) => profile === 'core');

/** What the first run had the server do, and what passed in it. */
const done = new Map<Profile, Work>();
const examples = new Map<string, readonly string[]>();

describe('our server', () => {
  it('passes every check with a scripted model, in five runs the same', async () => {
    for (let run = 0; run < runs; run++) {
      // oxlint-disable-next-line no-await-in-loop -- run after run
      const results = await verdicts({
        checks: run === 0 ? allChecks : again,
        allowCostly: run === 0,
        onResult({ id, profile }, lines) {
          if (run > 0) return;
          done.set(profile, plus(done.get(profile) ?? noWork, workOn(lines)));
          examples.set(id, exampleOf(lines));
        },
      });
      expect(results.filter(({ id, verdict }) => verdict !== 'pass' && !(run > 0 && isCostly(id)))).toEqual([]);
    }
  });

  it('has about so much to do for it as is told before', () => {
    // Sound of a track is said in no frame, and what is too long for any server is not heard.
    const unheard = new Set<Profile>(['webrtc', 'limits']);
    for (const [profile, work] of done) {
      const most = workOf[profile] ?? noWork;
      const soundS = unheard.has(profile) ? most.soundS : Math.ceil(work.soundS);
      expect([profile, work.answers, soundS]).toEqual([profile, most.answers, most.soundS]);
      const kinds = ['textIn', 'audioIn', 'textOut', 'audioOut'] as const;
      expect([profile, kinds.filter((kind) => work[kind] > most[kind])]).toEqual([profile, []]);
    }
    expect(costLine(allChecks, 'gpt-realtime')).toMatch(
      /^about \d+ answers, and \d+ s of sound to hear, some \$0\.\d\d at/,
    );
    expect(costLine(allChecks, 'local')).toMatch(/^about \d+ answers, and \d+ s of sound to hear\.$/);
    expect(
      costLine(
        allChecks.filter(({ profile }) => profile === 'secrets'),
        'gpt-realtime',
      ),
    ).toBe(null);
  });

  it('breaks no rule with echo, which calls no tools and answers at once', async () => {
    const results = await verdicts({ model: echoModel({ voice: null }) });
    expect(broken(results)).toEqual([]);
    const areas = results.filter(({ verdict }) => verdict === 'absent').map(({ id }) => id.replace(/\/.*/, ''));
    const known = ['core.response', 'tools.call', 'tools.output', 'tools.choice', 'voice.turn', 'limits.response'];
    expect(
      areas.filter((area) => ![...known, 'limits.session', 'limits.frame', 'webrtc.buffer'].includes(area)),
    ).toEqual([]);
  });

  it('breaks no rule with a pipeline, which does not translate', async () => {
    const results = await verdicts({ model: pipeline() });
    expect(broken(results)).toEqual([]);
    expect(absentProfiles(results)).toEqual(['translation']);
  });

  it('breaks no rule through a relay, but that settings of a secret come by an update of its own', async () => {
    const compatibility = { betaHeader: 'translate' } as const;
    const upstream = await serve({ models: { '*': scripted }, compatibility });
    const upstreams = [{ url: `${upstream.ws}/v1/realtime` }];
    const webrtc = { publicIp: ['127.0.0.1'] };
    const auth = { keys: [key] };
    const relay = await serve({ models: { '*': { relay: { upstreams } } }, auth, compatibility, webrtc });
    const url = new URL(`${relay.ws}/v1/realtime`);
    const endpoint = networkEndpoint({ url, key, query: { model: 'any' }, headers: {} });
    const run = { endpoint, checks: allChecks, timeoutMs: hangMs, tries: 1, concurrency: 4, allowCostly: false };
    const results = await runChecks(run);
    // Nobody asked for that update, and it may be taken for the answer to another.
    const known = new Set(['law.session/folds-updates', 'law.event/answered-once']);
    const odd = results.filter(({ id }) => broken(results).includes(id) && !known.has(id));
    expect(odd.map(({ id, why, frames }) => [id, why, ...frames].join('\n'))).toEqual([]);
    // Calls over WebRTC are real here. A relay takes no session up again.
    expect(absentProfiles(results)).toEqual(['resume']);
  });
});

describe('a server that lacks a part', () => {
  const html = (status: number): Reply => ({ status, headers: { 'content-type': 'text/html' }, body: '<h1>No</h1>' });
  it.each([
    ['a page', html(404)],
    ['an error of the API', httpError(404)],
    ['a method that is none', html(405)],
    ['what it may learn one day', httpError(501)],
    ['a bad request', httpError(400)],
  ])('breaks no rule of it: %s', async (_name, answer) => {
    for (const path of [/^\/calls/, /client_secrets$/]) {
      const checks = allChecks.filter(({ profile }) => partsOf(path).includes(profile));
      const mutation: Mutation = {
        request: (asked) => (path.test(asked.path) ? answer : asked),
        connect: (asked) => (asked.query['call_id'] === undefined ? asked : answer),
      };
      // oxlint-disable-next-line no-await-in-loop -- part after part
      const results = await verdicts({ checks, mutation });
      expect(broken(results)).toEqual([]);
      const passed = results.filter(({ id, verdict }) => verdict === 'pass' && !id.startsWith('law.'));
      expect(passed.map(({ id }) => id).filter((id) => !ofStrangers.has(id))).toEqual([]);
    }
  });
});

/** What is refused as a call or a key that nobody has ever heard of. */
const ofStrangers: ReadonlySet<string> = new Set(['sideband.join/unknown', 'secrets.use/unknown']);

function partsOf(path: RegExp): readonly Profile[] {
  return path.test('/calls') ? ['calls', 'sideband', 'webrtc'] : ['secrets'];
}

describe('the pages of the rules', () => {
  it('are as the catalogue has them, and as the first of these runs went (node scripts/write-check-pages.ts)', () => {
    const docs = join(import.meta.dirname, '../../docs');
    const pages = checkPages(examples);
    const written = readdirSync(join(docs, 'checks'), { recursive: true, encoding: 'utf8' });
    const files = ['checks.md', ...written.filter((file) => file.endsWith('.md')).map((file) => `checks/${file}`)];
    expect(files.toSorted()).toEqual([...pages.keys()].toSorted());
    const old = files.filter((file) => readFileSync(join(docs, file), 'utf8') !== pages.get(file));
    expect(old).toEqual([]);
  });
});

function isCostly(id: string): boolean {
  return allChecks.some((check) => check.id === id && check.isCostly === true);
}

/** The profiles in which something is absent that was tried. */
function absentProfiles(results: readonly Result[]): readonly string[] {
  const absent = results.filter(({ id, verdict }) => verdict === 'absent' && !isCostly(id));
  return [...new Set(absent.map(({ profile }) => profile))];
}
