import { describe, expect, it } from 'vitest';
import { networkEndpoint } from '../../src/check/node/network.ts';
import { runChecks } from '../../src/check/run.ts';
import { echoModel, readScenario, scenarioModel } from '../../src/engines/index.ts';
import { serve } from '../e2e/test-server.ts';
import { hangMs } from '../setup/hang.ts';
import { key } from './endpoint.ts';
import { pipeline, scenario } from './models.ts';
import { allChecks, broken, verdicts } from './suite.ts';

const scripted = scenarioModel(readScenario(scenario, 'scenario.yaml'));

describe('our server', () => {
  it('passes every check with a scripted model, in five runs the same', async () => {
    const runs = [];
    for (let run = 0; run < 5; run++) {
      // oxlint-disable-next-line no-await-in-loop -- run after run
      const results = await verdicts({ model: scripted, allowCostly: run === 0 });
      expect(results.filter(({ verdict }) => verdict !== 'pass' && !isCostly(verdict, run))).toEqual([]);
      runs.push(results.map(({ id }) => id));
    }
    expect(new Set(runs.map((ids) => ids.join())).size).toBe(1);
  });

  it('breaks no rule with echo, which calls no tools and answers at once', async () => {
    const results = await verdicts({ model: echoModel({ voice: null }) });
    expect(broken(results)).toEqual([]);
    const areas = results.filter(({ verdict }) => verdict === 'absent').map(({ id }) => id.replace(/\/.*/, ''));
    const known = ['core.response', 'tools.call', 'tools.output', 'tools.choice', 'voice.turn', 'limits.response'];
    expect(areas.filter((area) => ![...known, 'limits.session', 'limits.frame'].includes(area))).toEqual([]);
  });

  it('breaks no rule with a pipeline, which does not translate', async () => {
    const results = await verdicts({ model: pipeline() });
    expect(broken(results)).toEqual([]);
    const absent = results.filter(({ id, verdict }) => verdict === 'absent' && !id.startsWith('limits.'));
    expect(absent.filter(({ profile }) => profile !== 'translation')).toEqual([]);
  });

  it('breaks no rule through a relay, but that settings of a secret come by an update of its own', async () => {
    const compatibility = { betaHeader: 'translate' } as const;
    const upstream = await serve({ models: { '*': scripted }, compatibility });
    const upstreams = [{ url: `${upstream.ws}/v1/realtime` }];
    const relay = await serve({ models: { '*': { relay: { upstreams } } }, auth: { keys: [key] }, compatibility });
    const endpoint = networkEndpoint({ url: new URL(relay.url), key, query: { model: 'any' }, headers: {} });
    const run = { endpoint, checks: allChecks, timeoutMs: hangMs, tries: 1, concurrency: 4, allowCostly: false };
    const results = await runChecks(run);
    // Nobody asked for that update, and it may be taken for the answer to another.
    const known = new Set(['law.session/folds-updates', 'law.event/answered-once']);
    expect(broken(results).filter((id) => !known.has(id))).toEqual([]);
    const absent = results.filter(({ verdict }) => verdict === 'absent');
    const profiles = new Set(absent.map(({ profile }) => profile));
    expect([...profiles]).toEqual(['limits']);
  });
});

/** What is not tried without leave. */
function isCostly(verdict: string, run: number): boolean {
  return run > 0 && verdict === 'absent';
}
