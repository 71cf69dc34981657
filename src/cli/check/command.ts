import { writeFile } from 'node:fs/promises';
import pc from 'picocolors';
import { networkEndpoint } from '../../check/node/network.ts';
import { unreachable } from '../../check/reach.ts';
import { badgeReport } from '../../check/report/badge.ts';
import { jsonReport, junitReport, markdownReport, tapReport } from '../../check/report/machine.ts';
import { rules } from '../../check/report/rules.ts';
import { counts, isBroken, type Summary } from '../../check/report/summary.ts';
import { noPaint, type Paint, textReport } from '../../check/report/text.ts';
import { runChecks } from '../../check/run.ts';
import { SetupError } from '../../server/setup-error.ts';
import { oneLine } from '../one-line.ts';
import { printable } from '../printable.ts';
import { version } from '../version.ts';
import { mayBegin } from './consent.ts';
import { type ConformanceFlags, wrongUsage } from './flags.ts';
import { type Settings, selectionOf, settingsOf } from './settings.ts';
import { Takes } from './takes.ts';

/** The exit code where nothing answers, or what answers refuses us. */
const notReached = 2;

/** `antiphon check`: exit code 0 where every MUST holds, 1 where not, 2 unreachable or refused, 3 wrong usage. */
export async function check(url: string | undefined, flags: ConformanceFlags): Promise<void> {
  try {
    process.exitCode = flags.list === true ? list(flags) : await run(await settingsOf(url, flags), flags);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.exitCode = complain(error.message, wrongUsage);
  }
}

function complain(message: string, code: number): number {
  process.stderr.write(`antiphon: ${printable(message)}\n`);
  return code;
}

function list(flags: ConformanceFlags): number {
  const { isWanted } = selectionOf(flags);
  for (const { id, level, says } of rules.values()) {
    if (isWanted(id)) process.stdout.write(`${id.padEnd(38)} ${level.padEnd(6)} ${says}\n`);
  }
  return 0;
}

async function run(settings: Settings, flags: ConformanceFlags): Promise<number> {
  const endpoint = networkEndpoint(settings.network);
  const refused = await unreachable(endpoint, settings.timeoutMs);
  if (refused !== null) return complain(refused, notReached);
  if (!(await mayBegin(settings, flags.yes === true))) return complain('Nothing was checked.', wrongUsage);
  const progress = process.stderr.isTTY ? (id: string) => process.stderr.write(`\r\u001b[K${id}`) : () => {};
  const takes = new Takes(flags.takes, settings);
  const all = await runChecks({
    ...settings,
    endpoint,
    allowCostly: flags.yes === true,
    onResult(result, lines) {
      progress(result.id);
      if (isBroken(result)) takes.keep(result.id, lines.at(-1));
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const kept = await takes.kept().catch((cause: unknown) => {
    throw new SetupError('invalid_configuration', `Can't write takes to ${flags.takes}: ${oneLine(cause)}.`, { cause });
  });
  const { url, command, level, expected } = settings;
  const results = all.filter(({ id }) => settings.isWanted(id));
  return report({ url, command, version: version(), results, expected, level, takes: kept }, flags);
}

async function report(summary: Summary, flags: ConformanceFlags): Promise<number> {
  await write(flags.junit, junitReport(summary));
  await write(flags.md, markdownReport(summary));
  await write(flags.badge, badgeReport(summary));
  await write(flags.json, jsonReport(summary));
  if (flags.json !== '-') {
    const paint = process.stdout.isTTY ? colours : { ...noPaint, foreign: printable };
    process.stdout.write(flags.tap === true ? tapReport(summary) : textReport(summary, paint));
  }
  return summary.results.some((result) => counts(summary, result)) ? 1 : 0;
}

const colours: Paint = { good: pc.green, bad: pc.red, dim: pc.dim, strong: pc.bold, foreign: printable };

async function write(file: string | undefined, text: string): Promise<void> {
  if (file === '-') process.stdout.write(text);
  else if (file !== undefined) {
    await writeFile(file, text).catch((cause: unknown) => {
      throw new SetupError('invalid_configuration', `Can't write ${file}: ${oneLine(cause)}.`, { cause });
    });
  }
}
