import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connect } from '../e2e/peer.ts';
import { echo, modelThat, serve, textTurn } from '../e2e/test-server.ts';

const root = join(import.meta.dirname, '../../dashboards');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Group {
  readonly rules: readonly { readonly alert: string; readonly expr: string; readonly annotations: object }[];
}

const panels: readonly Panel[] = JSON.parse(read('grafana.json')).panels;
const groups: readonly Group[] = parse(read('alerts.yaml')).groups;
const rules = groups.flatMap((group) => group.rules);

const queries: readonly (readonly [where: string, expr: string])[] = [
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [`panel ${title}`, expr] as const)),
  ...rules.map(({ alert, expr }) => [`alert ${alert}`, expr] as const),
];

/** What a query asks for: metrics with the labels that it names of each, and whether it can be read at all. */
function readQuery(expr: string): { isSound: boolean; metrics: string[]; labels: string[] } {
  const text = expr.replaceAll('$__rate_interval', '5m');
  const found = { isSound: true, metrics: [] as string[], labels: [] as string[] };
  parser.parse(text).iterate({
    enter({
      name,
      type,
      from,
      to,
    }: { name: string; type: { isError: boolean }; from: number; to: number } & Pick<SyntaxNode, 'from'>) {
      const word = text.slice(from, to);
      if (type.isError) found.isSound = false;
      if (name === 'Identifier') found.metrics.push(word);
      if (name === 'LabelName') found.labels.push(word);
    },
  });
  return found;
}

/** Series that a server tells of which has talked, failed, refused, been relayed and charged. */
async function seriesOf(): Promise<{ name: string; labels: string[] }[]> {
  const costly = modelThat(() => [{ type: 'text', text: 'Hi' }, { type: 'end' }]);
  const upstream = await serve();
  const server = await serve({
    models: { echo, costly, door: { relay: { upstreams: [{ url: `${upstream.ws}/v1/realtime` }], model: 'echo' } } },
    auth: { keys: [{ key: 'sk-acme', name: 'acme', limits: { requestsPerMinute: 2 } }] },
    prices: { costly: { input: { text: 1 }, output: { text: 1 } } },
  });
  const headers = { authorization: 'Bearer sk-acme' };
  for (const model of ['costly', 'door', 'costly', 'nobody']) {
    const peer = await connect(`${server.ws}/v1/realtime?model=${model}`, { headers });
    for (const event of textTurn) peer.send(event);
    await Promise.race([peer.event('response.done'), peer.event('error')]);
    peer.socket.close();
    await peer.closed();
  }
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return [...text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)].map(([, name = '', labels = '']) => ({
    name,
    labels: [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
  }));
}

/** Families that have no series before what they count has happened; the docs' own test holds them to the server. */
const families = [
  ...readFileSync(join(root, '../docs/operations.md'), 'utf8').matchAll(
    /^\| `(antiphon_\w+)` +\| (\w+) +\| ([^|]*?) *\|/gm,
  ),
].map(([, name = '', type = '', labels = '']) => ({
  name,
  type,
  labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
}));

describe('the dashboard and the alerts that are shipped', () => {
  it.each(queries)('ask what Prometheus understands: %s', (_, expr) => {
    expect(readQuery(expr)).toMatchObject({ isSound: true });
    expect(readQuery(`${expr} )`).isSound).toBe(false);
  });

  it('ask only for what a server has, with labels that it has there', async () => {
    const series = await seriesOf();
    const known = new Map<string, ReadonlySet<string>>();
    for (const { name, labels } of series) known.set(name, new Set([...(known.get(name) ?? []), ...labels]));
    for (const { name, type, labels } of families) {
      const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
      for (const each of names)
        known.set(each, new Set([...labels, ...(type === 'histogram' ? ['le'] : []), ...(known.get(each) ?? [])]));
    }
    // What Prometheus itself adds to every series.
    const added = ['instance', 'job'];
    const missing = queries.flatMap(([where, expr]) => {
      const { metrics, labels } = readQuery(expr);
      const has = new Set([...added, ...metrics.flatMap((name) => [...(known.get(name) ?? [])])]);
      return [
        ...metrics.filter((name) => !known.has(name)).map((name) => `${where}: ${name}`),
        ...labels.filter((label) => !has.has(label)).map((label) => `${where}: ${label}`),
      ];
    });
    expect(missing).toEqual([]);
    // Read from a server, not from the docs alone.
    for (const name of [
      'antiphon_cost_usd_total',
      'antiphon_limit_refusals_total',
      'antiphon_upstream_up',
      'nodejs_eventloop_lag_p99_seconds',
    ])
      expect(series.map((each) => each.name)).toContain(name);
  });

  it('show every metric of ours somewhere', () => {
    const asked = queries.map(([, expr]) => expr).join('\n');
    const unseen = families.filter(({ name }) => !asked.includes(name)).map(({ name }) => name);
    expect(unseen).toEqual(['antiphon_translations_total']);
  });

  it('say what each alert is about', () => {
    expect(rules).toHaveLength(10);
    for (const { annotations } of rules)
      expect(annotations).toEqual({ summary: expect.any(String), description: expect.any(String) });
  });
});
