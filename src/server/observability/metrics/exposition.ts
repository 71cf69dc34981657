import type * as prometheusLibrary from 'prom-client';
import type { Aggregator, Histogram, Metric, MetricObjectWithValues, MetricValue, Registry } from 'prom-client';
import { type Family, type Figures, families } from './families.ts';
import { type Distribution, latencyBounds } from './series.ts';

type Prometheus = typeof prometheusLibrary;

/** The metrics as text. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

/** The metrics of one process, as plain data that others can add up. */
export type MetricsReport = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Reads a server's figures, and those of its process, as plain data. */
export function reporting(figures: Figures): () => Promise<MetricsReport> {
  let registry: Promise<Registry> | null = null;
  return async () => {
    registry ??= registryOf(families(figures));
    const all = await Promise.all([registry, processRegistry()]);
    return (await Promise.all(all.map((each) => each.getMetricsAsJSON()))).flat();
  };
}

/** The metrics of several processes as one text: summed, or as each of them says of itself. */
export async function addedUp(reports: readonly MetricsReport[]): Promise<Exposition> {
  const { AggregatorRegistry } = await import('prom-client');
  const all = AggregatorRegistry.aggregate(reports.map((report) => [...report]));
  return { contentType: all.contentType, text: await all.metrics() };
}

/** Reads a server's figures as Prometheus text. The library is loaded at the first scrape, which most servers never see. */
export function exposition(figures: Figures): () => Promise<Exposition> {
  let registry: Promise<Registry> | null = null;
  return async () => {
    registry ??= registryOf(families(figures));
    const [own, process] = await Promise.all([registry, processRegistry()]);
    return { contentType: own.contentType, text: `${await own.metrics()}\n${await process.metrics()}` };
  };
}

let processWide: Promise<Registry> | null = null;

/** Memory, CPU, garbage collection and event-loop delay: of the process, so one for all servers in it. */
function processRegistry(): Promise<Registry> {
  processWide ??= import('prom-client').then(({ Registry, collectDefaultMetrics }) => {
    const register = new Registry();
    collectDefaultMetrics({ register });
    return register;
  });
  return processWide;
}

async function registryOf(all: readonly Family[]): Promise<Registry> {
  const prometheus: Prometheus = await import('prom-client');
  const registry = new prometheus.Registry();
  for (const family of all) registry.registerMetric(metricOf(prometheus, registry, family));
  return registry;
}

/** A metric of the library that takes its numbers, at every scrape, from where they were counted. */
function metricOf(prometheus: Prometheus, registry: Registry, family: Family): Metric {
  const { name, help, labels } = family;
  const aggregator: Aggregator = family.across ?? 'sum';
  const configuration = { name, help, labelNames: [...labels], registers: [registry], aggregator };
  switch (family.type) {
    case 'gauge':
      return new prometheus.Gauge({
        ...configuration,
        collect() {
          for (const sample of family.read()) this.set(sample.labels, sample.value);
        },
      });
    case 'counter':
      return new prometheus.Counter({
        ...configuration,
        collect() {
          this.reset();
          for (const sample of family.read()) this.inc(sample.labels, sample.value);
        },
      });
    case 'histogram':
      return counted(new prometheus.Histogram(configuration), family);
    default:
      return family satisfies never;
  }
}

/** The library's histogram takes single values only; this one shows what was counted elsewhere. */
function counted(metric: Histogram, { name, help, read }: Extract<Family, { type: 'histogram' }>): Histogram {
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: read().flatMap((each) => lines(name, each)),
  });
  return Object.assign(metric, { get, getForPromString: get });
}

interface Line {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

/** The lines of one distribution: each bucket holds all values up to its bound. */
function lines(name: string, { labels, buckets, sum, count }: Distribution): Line[] {
  let upTo = 0;
  const bounded = latencyBounds.map((bound, index) => {
    upTo += buckets[index] ?? 0;
    return { labels: { ...labels, le: bound }, value: upTo, metricName: `${name}_bucket` };
  });
  return [
    ...bounded,
    { labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` },
    { labels, value: sum, metricName: `${name}_sum` },
    { labels, value: count, metricName: `${name}_count` },
  ];
}
