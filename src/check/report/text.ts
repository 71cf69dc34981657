import type { Result } from '../check.ts';
import { rules } from './rules.ts';
import { byArea, counted, isBroken, type Summary, unexpectedPasses, verdictLine } from './summary.ts';

/** How the parts of a report are set off in a terminal; each gives its text back where there is no colour. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
  /** Text of the server, made harmless. */
  readonly foreign: (text: string) => string;
}

export const noPaint: Paint = { good: same, bad: same, dim: same, strong: same, foreign: same };

function same(text: string): string {
  return text;
}

/** A report for people: a line for each area, what does not hold in full, and the verdict. */
export function textReport(summary: Summary, paint: Paint = noPaint): string {
  const { results } = summary;
  const areas = [...byArea(results)].map(([area, own]) => `  ${area.padEnd(24)} ${paintedCount(own, paint)}`);
  const broken = results.filter(isBroken);
  const told = broken.flatMap((result) => ['', ...brokenLines(summary, result, paint)]);
  const passes = unexpectedPasses(summary).map(
    ({ id }) => `${id} is expected to fail, and passed: take it out of the file of expectations.`,
  );
  const line = verdictLine(summary);
  const verdict = paint.strong(line.startsWith('PASSED') ? paint.good(line) : paint.bad(line));
  return `${[...areas, ...told, '', ...passes, verdict].join('\n')}\n`;
}

function paintedCount(results: readonly Result[], paint: Paint): string {
  const text = counted(results);
  if (results.some(({ verdict }) => verdict === 'fail' || verdict === 'flaky' || verdict === 'error'))
    return paint.bad(text);
  return results.every(({ verdict }) => verdict === 'pass') ? paint.good(text) : text;
}

function brokenLines(summary: Summary, result: Result, paint: Paint): readonly string[] {
  const { id, level, verdict, why, frames } = result;
  const rule = rules.get(id);
  const known = summary.expected.get(id);
  const take = summary.takes.get(id);
  const alone = `${summary.command} --only '${id}'`;
  return [
    `${paint.bad(verdict.toUpperCase())} ${paint.strong(id)} (${level.toUpperCase()})${known === undefined ? '' : `, known: ${known}`}`,
    ...(rule === undefined ? [] : [`  Required: ${rule.says}`]),
    `  What came: ${paint.foreign(why)}`,
    ...(rule === undefined ? [] : [`  Who breaks without it: ${rule.breaks}`]),
    ...(frames.length === 0
      ? []
      : ['  The last frames:', ...frames.map((frame) => `    ${paint.dim(paint.foreign(frame))}`)]),
    `  Alone: ${alone}`,
    ...(take === undefined ? [] : [`  Take: ${take}`]),
  ];
}
