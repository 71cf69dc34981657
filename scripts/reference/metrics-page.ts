import { CallPackets } from '../../src/server/observability/metrics/call-packets.ts';
import { type Family, families } from '../../src/server/observability/metrics/families.ts';
import { RecordingTally } from '../../src/server/observability/metrics/recording-tally.ts';
import { latencyBounds } from '../../src/server/observability/metrics/series.ts';
import { Tally } from '../../src/server/observability/metrics/tally.ts';
import { Traffic } from '../../src/server/observability/metrics/traffic.ts';
import { UpstreamTally } from '../../src/server/observability/metrics/upstream-tally.ts';
import { table } from './json-schema.ts';

const introduction = `# Metrics

Every metric that \`GET /metrics\` answers with, made from the registry of the server. What a figure tells you, and how the two
histograms are counted, is on the page about [operations](../operations.md#metrics), together with a dashboard and alerts. The library
adds \`process_*\` and \`nodejs_*\` of the whole process.
`;

/** The values of a label of `antiphon_sessions`, which always has all of its series. */
function ofSessions(label: string): string {
  const values = new Set(new Tally().sessions.map(({ labels }) => labels[label]));
  return Array.from(values, (value) => `\`${value}\``).join(', ');
}

const relayed = 'a model of the configuration that is a relay';

/** What the values of a label are, by label; of a metric that means something else by it, under \`METRIC LABEL\`. */
const labelValues: Readonly<Record<string, string>> = {
  kind: ofSessions('kind'),
  'antiphon_tool_calls_total kind': '`function`, `mcp`',
  transport: ofSessions('transport'),
  code: 'a code of [the page of errors](../errors.md), `other`, `none`',
  'antiphon_refusals_total code': 'a code of [the page of errors](../errors.md), its type where it has none, `other`',
  'antiphon_session_closes_total code': 'a close code such as `1000`, `other`',
  status: '`completed`, `cancelled`, `incomplete`, `failed`',
  reason: 'why it did not complete, or nothing',
  stage: '`first_token`, `first_audio`, `done`',
  'antiphon_turn_seconds stage': '`committed`, `transcribed`, `response`, `first_token`, `first_audio`, `done`',
  direction: '`in`, `out`',
  modality: '`text`, `audio`, `image`',
  outcome: '`completed`, `failed`',
  'antiphon_call_packets_total outcome': '`sent`, `received`, `lost`, `late`, `duplicates`',
  'antiphon_takes_total outcome': '`kept`, `dropped`, `failed`',
  'antiphon_upstream_connects_total outcome': '`ok`, `failed`, `refused`',
  'antiphon_upstream_connect_seconds outcome': '`ok`, `failed`, `refused`',
  key: 'the name of a key, `none`',
  limit: '`requests`, `tokens`, `audio`, `budget`, `session`, `sessions`',
  model: 'a model of the configuration, `other`',
  'antiphon_upstream_up model': relayed,
  'antiphon_upstream_sessions model': relayed,
  'antiphon_upstream_connects_total model': relayed,
  upstream: 'the name of an upstream',
  when: '`connect`',
};

/** Units by the words that end a name; what counts events has none. */
const units: readonly (readonly [RegExp, string])[] = [
  [/_seconds(?:_|$)/, 'seconds'],
  [/_bytes(?:_|$)/, 'bytes'],
  [/_usd_/, 'US dollars'],
  [/_up$/, '1 or 0'],
];

/** The text of `docs/reference/metrics.md`. */
export function metricsPage(): string {
  const bounds = latencyBounds.join(', ');
  const parts = [
    introduction.trimEnd(),
    table(['Metric', 'Type', 'Unit', 'Labels', 'Meaning', 'Over several processes'], everyFamily().map(rowOf)),
    `The buckets of histograms end at these seconds: ${bounds}.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function rowOf({ name, type, labels, help, across }: Family): readonly string[] {
  const unit = units.find(([pattern]) => pattern.test(name))?.[1] ?? 'count';
  const told = labels.map((label) => `\`${label}\`: ${valuesOf(name, label)}`).join('; ');
  return [`\`${name}\``, type, unit, told, help, wordFor[across ?? 'sum']];
}

const wordFor = { sum: 'sum', min: 'smallest', max: 'largest', average: 'mean' } as const;

function valuesOf(metric: string, label: string): string {
  const values = labelValues[`${metric} ${label}`] ?? labelValues[label];
  if (values === undefined) throw new Error(`scripts/reference/metrics-page.ts does not know the label ${label}`);
  return values;
}

/** Every family of metrics that a server has, with nothing counted yet. */
export function everyFamily(): readonly Family[] {
  return families({
    tally: new Tally(),
    traffic: new Traffic(),
    packets: new CallPackets(),
    upstreams: new UpstreamTally(),
    recordings: new RecordingTally(),
    store: { isUp: true },
  });
}
