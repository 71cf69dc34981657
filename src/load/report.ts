import { type Outcome, type Percentile, percentileNames, percentileOf } from './objectives.ts';
import { type LatencyName, latencyNames, type Tally } from './tally.ts';
import type { Generator } from './verdict.ts';

/** What a run has come to. */
export interface LoadResult {
  readonly sessions: number;
  readonly tally: Tally;
  readonly generator: Generator;
  /** Cores that the server has used; null where that is not known. */
  readonly serverCpu: number | null;
  readonly outcomes: readonly Outcome[];
  /** Why it says nothing of the server; null where it does. */
  readonly invalid: string | null;
}

type Latencies = Readonly<Record<LatencyName, Readonly<Record<Percentile, number | null>>>>;

/** What `--json` writes. Numbers are null where nothing was measured. */
export interface LoadReport {
  readonly valid: boolean;
  readonly objective_met: boolean;
  readonly sessions: number;
  readonly opened: number;
  readonly turns: number;
  readonly turns_answered: number;
  readonly latency_ms: Latencies;
  readonly starved_ms_per_minute: number | null;
  readonly errors: Readonly<Record<string, number>>;
  readonly closes: Readonly<Record<string, number>>;
  readonly objectives: readonly { readonly text: string; readonly value: number | null; readonly met: boolean }[];
  readonly generator: { readonly lag_p99_ms: number | null; readonly cpu: number };
  readonly server: { readonly cpu: number | null; readonly sessions_per_core: number | null };
}

export function reportOf({ sessions, tally, generator, serverCpu, outcomes, invalid }: LoadResult): LoadReport {
  return {
    valid: invalid === null,
    objective_met: outcomes.every(({ isMet }) => isMet),
    sessions,
    opened: tally.opened,
    turns: tally.begun,
    turns_answered: tally.answered,
    latency_ms: latenciesOf(tally),
    starved_ms_per_minute: rounded(tally.starvedPerMinute),
    errors: Object.fromEntries(tally.errors),
    closes: Object.fromEntries(tally.closes),
    objectives: outcomes.map(({ text, value, isMet }) => ({ text, value, met: isMet })),
    generator: { lag_p99_ms: rounded(generator.lagP99Ms), cpu: Number(generator.cpu.toFixed(3)) },
    server: { cpu: rounded(serverCpu), sessions_per_core: perCore(sessions, serverCpu) },
  };
}

function latenciesOf(tally: Tally): Latencies {
  const row = (name: LatencyName): Latencies[LatencyName] => ({
    p50: rounded(percentileOf(tally, name, 'p50')),
    p95: rounded(percentileOf(tally, name, 'p95')),
    p99: rounded(percentileOf(tally, name, 'p99')),
    max: rounded(percentileOf(tally, name, 'max')),
  });
  return {
    session_created: row('session_created'),
    speech_stopped: row('speech_stopped'),
    response_created: row('response_created'),
    first_audio: row('first_audio'),
    first_text: row('first_text'),
    done: row('done'),
    interrupted: row('interrupted'),
  };
}

/** A server that has used less than a hundredth of a core tells nothing of how many sessions a core holds. */
function perCore(sessions: number, cpu: number | null): number | null {
  return cpu === null || cpu < 0.01 ? null : Math.round(sessions / cpu);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(2));
}

/** The report for people: the verdict first. */
export function textOf(result: LoadResult): string {
  const report = reportOf(result);
  const rows = latencyNames.filter((name) => report.latency_ms[name].max !== null);
  const head = ['ms', ...percentileNames];
  const table = rows.map((name) => [
    name,
    ...percentileNames.map((of) => (report.latency_ms[name][of] ?? 0).toFixed(0)),
  ]);
  const columns = [head, ...table].map(
    ([name = '', ...cells]) => name.padEnd(18) + cells.map((cell) => cell.padStart(8)).join(''),
  );
  const { starved_ms_per_minute: starved, generator, server } = report;
  return [
    verdictLine(result, report),
    ...report.objectives.map(
      ({ text, value, met }) => `  ${met ? 'met    ' : 'not met'}  ${text}   measured ${shown(text, value)}`,
    ),
    '',
    ...columns,
    '',
    `turns      ${report.turns_answered} of ${report.turns} answered, ${report.opened} of ${report.sessions} sessions opened`,
    ...(starved === null ? [] : [`starved    ${starved} ms of every minute of sound`]),
    `errors     ${counted(report.errors)}`,
    `closes     ${counted(report.closes)}`,
    `generator  lag ${generator.lag_p99_ms ?? 0} ms (p99), ${(generator.cpu * 100).toFixed(0)} % of a core for each process`,
    ...(server.cpu === null
      ? []
      : [
          `server     ${server.cpu} cores, ${server.sessions_per_core ?? 'no telling how many'} sessions per core (extrapolated)`,
        ]),
    '',
  ].join('\n');
}

function verdictLine({ sessions, invalid }: LoadResult, { objective_met }: LoadReport): string {
  if (invalid !== null) return `INVALID: ${invalid}`;
  return `OBJECTIVE ${objective_met ? 'MET' : 'NOT MET'} at ${sessions} sessions; the generator was fit`;
}

function shown(text: string, value: number | null): string {
  if (value === null) return 'nothing';
  return text.startsWith('errors') ? `${(value * 100).toFixed(2)} %` : `${value.toFixed(0)} ms`;
}

function counted(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).map(([code, count]) => `${count} × ${code}`);
  return all.length === 0 ? 'none' : all.join(', ');
}
