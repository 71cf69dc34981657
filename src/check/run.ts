import { areaOf } from './area.ts';
import { type Attempt, attempt, type Breach } from './attempt.ts';
import type { Check, Result, Rule, Verdict } from './check.ts';
import type { Endpoint } from './endpoint.ts';
import { framesOf, scrubbed } from './frames.ts';
import { lawRules } from './laws.ts';
import type { Line } from './line.ts';

export interface RunOptions {
  readonly endpoint: Endpoint;
  readonly checks: readonly Check[];
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How often a check that hangs on a model's will is tried before it counts as failed. */
  readonly tries: number;
  /** How many checks run at a time. */
  readonly concurrency: number;
  /** Whether costly checks may run. */
  readonly allowCostly: boolean;
  /** Told of each check as soon as it is over; the laws come at the end. `lines`: the connections of its last try. */
  readonly onResult?: (result: Result, lines: readonly Line[]) => void;
}

/** So many checks in a row without a word from the server, or an answer to a request, and the rest is not tried. */
const mostDead = 3;

/** Of an area for which nothing came, later checks wait for this part of the time, and are not tried again. */
const shortened = 1 / 4;

/** Runs checks against an endpoint: a result for each, in their order, then one for each law. Never throws. */
export async function runChecks(options: RunOptions): Promise<readonly Result[]> {
  const run = new Run(options);
  await Promise.all(Array.from({ length: Math.max(1, options.concurrency) }, () => run.work()));
  return run.results();
}

class Run {
  readonly #options: RunOptions;
  readonly #results = new Map<string, Result>();
  readonly #breaches = new Map<string, Breach>();
  /** Areas in which nothing came for a check. */
  readonly #silent = new Set<string>();
  #next = 0;
  /** Checks in a row on whose connections nothing was told, and in which no request was answered. */
  #dead = 0;
  #unanswered = 0;
  #judged = 0;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async work(): Promise<void> {
    for (let check = this.#take(); check !== undefined; check = this.#take()) {
      // oxlint-disable-next-line no-await-in-loop -- one worker tries one check at a time
      const { result, lines } = await this.#outcome(check);
      this.#results.set(check.id, result);
      this.#options.onResult?.(result, lines);
    }
  }

  results(): readonly Result[] {
    const { checks, onResult } = this.#options;
    const ofChecks = checks.flatMap(({ id }) => this.#results.get(id) ?? []);
    const ofLaws = lawRules.map((law) => this.#lawResult(law));
    for (const result of ofLaws) {
      const line = this.#breaches.get(result.id)?.line;
      onResult?.(result, line === undefined ? [] : [line]);
    }
    return [...ofChecks, ...ofLaws];
  }

  #take(): Check | undefined {
    return this.#options.checks[this.#next++];
  }

  async #outcome(check: Check): Promise<{ readonly result: Result; readonly lines: readonly Line[] }> {
    if (this.#dead >= mostDead) {
      return { result: untried(check, 'error', 'Not tried: the server said nothing in the checks before.'), lines: [] };
    }
    if (check.isCostly === true && !this.#options.allowCostly) {
      return {
        result: untried(check, 'absent', 'Not tried: it costs the server much. Allow it with --yes.'),
        lines: [],
      };
    }
    const attempts = await this.#attempts(check);
    const last = attempts.at(-1);
    if (last === undefined) return { result: untried(check, 'error', 'Not tried.'), lines: [] };
    this.#dead = counted(this.#dead, last.isTold);
    this.#unanswered = counted(this.#unanswered, last.isAnswered);
    for (const breach of attempts.flatMap(({ breaches }) => breaches)) {
      if (!this.#breaches.has(breach.law)) this.#breaches.set(breach.law, breach);
    }
    this.#judged += attempts.reduce((sum, { lines }) => sum + lines.length, 0);
    return { result: resultOf(check, attempts), lines: last.lines };
  }

  async #attempts(check: Check): Promise<readonly Attempt[]> {
    const attempts: Attempt[] = [];
    const area = areaOf(check.id);
    const { endpoint, timeoutMs, tries } = this.#options;
    const isSilent = this.#silent.has(area);
    const mayAsk = this.#unanswered < mostDead;
    const options = { endpoint, timeoutMs: isSilent ? timeoutMs * shortened : timeoutMs, mayAsk };
    // Whoever said nothing twice is not asked again: each time takes as long as anybody waits.
    const most = check.isModelsWill === true ? tries : 1;
    const mostSilent = isSilent ? 1 : 2;
    while (attempts.length < most && attempts.filter(isSilence).length < mostSilent) {
      // oxlint-disable-next-line no-await-in-loop -- tried again only where it failed
      const last = await attempt(check, options);
      attempts.push(last);
      if (!isFailure(last, check)) break;
    }
    if (attempts.every(isSilence)) this.#silent.add(area);
    return attempts;
  }

  #lawResult(law: Rule): Result {
    const { id, profile, level } = law;
    const breach = this.#breaches.get(id);
    if (breach !== undefined) {
      const verdict = level === 'must' ? 'fail' : 'warn';
      const frames = framesOf([breach.line]);
      return { id, profile, level, verdict, why: scrubbed(breach.what), frames, ms: 0 };
    }
    return this.#judged > 0 ? { ...plain(law), verdict: 'pass' } : untried(law, 'absent', 'No session was opened.');
  }
}

/** One more in a row, none again, or as many as before. */
function counted(before: number, isAlive: boolean | null): number {
  if (isAlive === null) return before;
  return isAlive ? 0 : before + 1;
}

function isSilence({ kind }: Attempt): boolean {
  return kind === 'silent';
}

function isFailure({ kind }: Attempt, { isOptional }: Check): boolean {
  return kind === 'fail' || kind === 'silent' || (kind === 'refused' && !isOptional);
}

function resultOf(check: Check, attempts: readonly Attempt[]): Result {
  const last = attempts.at(-1);
  const failed = attempts.filter((each) => isFailure(each, check));
  if (last === undefined) return untried(check, 'error', 'Not tried.');
  const told = failed.at(-1) ?? last;
  const ms = attempts.reduce((sum, each) => sum + each.ms, 0);
  const verdict = failed.length > 0 && failed.length < attempts.length ? 'flaky' : verdictOf(check, last);
  if (verdict === 'pass') return { ...plain(check), verdict, ms };
  const frames = verdict === 'absent' ? [] : framesOf(told.lines);
  return { ...plain(check), verdict, why: scrubbed(told.why), frames, ms };
}

function verdictOf(check: Check, last: Attempt): Verdict {
  switch (last.kind) {
    case 'pass':
    case 'absent':
    case 'error':
      return last.kind;
    case 'refused':
      if (check.isOptional) return 'absent';
      return check.level === 'must' ? 'fail' : 'warn';
    case 'fail':
    case 'silent':
      return check.level === 'must' ? 'fail' : 'warn';
    default:
      return last.kind satisfies never;
  }
}

function plain({ id, profile, level }: Rule): Omit<Result, 'verdict'> {
  return { id, profile, level, why: '', frames: [], ms: 0 };
}

function untried(rule: Rule, verdict: Verdict, why: string): Result {
  return { ...plain(rule), verdict, why };
}
