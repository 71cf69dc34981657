import { writeFile } from 'node:fs/promises';
import { findMax, type Holding } from '../../load/find-max.ts';
import { guardOf } from '../../load/guard.ts';
import { generate, type LoadTarget } from '../../load/node/generate.ts';
import { cpuSecondsOf } from '../../load/node/server-cpu.ts';
import { outcomesOf } from '../../load/objectives.ts';
import { type LoadResult, reportOf, textOf } from '../../load/report.ts';
import { errorCode, typeOf } from '../../load/told.ts';
import { exitCodeOf, exitCodes, unfitness } from '../../load/verdict.ts';
import { SetupError } from '../../server/setup-error.ts';
import { dial } from '../../wire/node/dial.ts';
import { machineClock } from '../../wire/node/machine-clock.ts';
import type { Wire } from '../../wire/wire.ts';
import { reachOf } from '../endpoint.ts';
import { oneLine } from '../one-line.ts';
import { printable } from '../printable.ts';
import type { LoadFlags } from './flags.ts';
import { type LoadSettings, loadSettings } from './settings.ts';

/** The most sessions that `--find-max` tries. */
const mostSessions = 10_000;

/** `antiphon load`: exit code 0 objective met, 1 not met, 2 unreachable, 3 wrong usage, 4 the generator was the bottleneck. */
export async function load(url: string, flags: LoadFlags): Promise<void> {
  try {
    const settings = loadSettings(flags);
    const target = await reachOf(url, flags, settings.model ?? 'gpt-realtime');
    const mistake = guardOf({
      url: new URL(target.address),
      sessions: settings.findsMax ? mostSessions : settings.plan.sessions,
      estimate: estimateOf(settings),
      yes: flags.yes === true,
    });
    if (mistake !== null) throw new SetupError('invalid_configuration', mistake);
    process.exitCode = await run(target, settings, url);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    complain(error.message);
    process.exitCode = exitCodes.wrongUsage;
  }
}

async function run(target: LoadTarget, settings: LoadSettings, url: string): Promise<number> {
  const refused = await knock(target);
  if (refused !== null) {
    complain(`Can't open a session at ${url}: ${refused}.`);
    return exitCodes.unreachable;
  }
  const result = settings.findsMax ? await mostOf(target, settings) : await measure(target, settings);
  const isJson = settings.json === '-';
  if (settings.json !== null) await write(settings.json, `${JSON.stringify(reportOf(result), null, 2)}\n`);
  if (!isJson) process.stdout.write(textOf(result).split('\n').map(printable).join('\n'));
  return exitCodeOf(result.invalid, result.outcomes);
}

/** How long the first word of the server may take, in milliseconds. */
const knockMs = 20_000;

/** Why not even one session can be opened; null where it can. */
async function knock({ address, ...options }: LoadTarget): Promise<string | null> {
  try {
    const wire = await dial(address, { ...options, signal: AbortSignal.timeout(knockMs) });
    const found = await firstWord(wire);
    wire.close(1000, '');
    return found;
  } catch (cause) {
    return oneLine(cause);
  }
}

function firstWord(wire: Wire): Promise<string | null> {
  return new Promise((resolve) => {
    const giveUp = machineClock.after(knockMs, () => resolve('the server says nothing'));
    const told = (why: string | null): void => {
      giveUp();
      resolve(why);
    };
    wire.open({
      frame: (frame) => told(typeOf(frame) === 'error' ? `the server says ${errorCode(frame)}` : null),
      binary() {},
      drained() {},
      closed: ({ code }) => told(`the server closes with ${code}`),
    });
  });
}

async function measure(
  target: LoadTarget,
  settings: LoadSettings,
  sessions = settings.plan.sessions,
): Promise<LoadResult> {
  const { plan, take, processes, pid, objectives } = settings;
  const before = pid === null ? null : await cpuSecondsOf(pid);
  const { tally, generator, seconds } = await generate({ target, plan: { ...plan, sessions }, take }, processes);
  const after = pid === null ? null : await cpuSecondsOf(pid);
  const serverCpu = before === null || after === null ? null : (after - before) / seconds;
  const outcomes = outcomesOf(objectives, tally);
  return { sessions, tally, generator, serverCpu, outcomes, invalid: unfitness(generator, processes) };
}

/** The run with the most sessions that has met the objectives; where none has, the last that has not. */
async function mostOf(target: LoadTarget, settings: LoadSettings): Promise<LoadResult> {
  const good = new Map<number, LoadResult>();
  let last: LoadResult | null = null;
  const found = await findMax(
    async (sessions): Promise<Holding> => {
      const result = await measure(target, settings, sessions);
      last = result;
      if (result.invalid !== null) return tell(sessions, 'invalid');
      if (!result.outcomes.every(({ isMet }) => isMet)) return tell(sessions, 'fails');
      good.set(sessions, result);
      return tell(sessions, 'holds');
    },
    { from: settings.plan.sessions, most: mostSessions },
  );
  const result = good.get(found.sessions) ?? last ?? (await measure(target, settings));
  if (found.beyond !== 'invalid') return result;
  return { ...result, invalid: `beyond ${found.sessions} sessions the generator was the bottleneck: use more --procs` };
}

function tell(sessions: number, held: Holding): Holding {
  process.stderr.write(`${sessions} sessions: ${held}\n`);
  return held;
}

/** What is asked of somebody else's machine. */
function estimateOf({ plan: { sessions, forMs, turnEveryMs }, turnsEach, findsMax }: LoadSettings): string {
  const minutes = Math.ceil((sessions * forMs) / 60_000);
  const turns = Math.ceil(((sessions * forMs) / turnEveryMs) * turnsEach);
  return `${findsMax ? 'again and again, each time ' : ''}about ${minutes} minutes of sessions with ${turns} answers, which whoever runs it may charge for`;
}

function complain(message: string): void {
  process.stderr.write(`antiphon: ${printable(message)}\n`);
}

async function write(file: string, text: string): Promise<void> {
  if (file === '-') process.stdout.write(text);
  else
    await writeFile(file, text).catch((cause: unknown) => {
      throw new SetupError('invalid_configuration', `Can't write ${file}: ${oneLine(cause)}.`, { cause });
    });
}
