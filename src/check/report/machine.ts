import type { Result } from '../check.ts';
import { rules } from './rules.ts';
import { byArea, counted, counts, isBroken, type Summary, unexpectedPasses, verdictLine } from './summary.ts';

/** A report for programs. */
export function jsonReport(summary: Summary): string {
  const { url, version, results, expected } = summary;
  const rows = results.map(({ id, profile, level, verdict, why, ms }) => {
    const known = expected.get(id);
    return { id, profile, level, verdict, why, ms, ...(known === undefined ? {} : { expected: known }) };
  });
  const passes = unexpectedPasses(summary).map(({ id }) => id);
  const holds = !results.some((result) => counts(summary, result));
  return `${JSON.stringify({ url, version, holds, unexpected_passes: passes, results: rows }, null, 2)}\n`;
}

/** JUnit: a suite for each area, `skipped` for what the server does not have. */
export function junitReport(summary: Summary): string {
  const suites = [...byArea(summary.results)].map(([area, results]) => {
    const failures = results.filter((result) => counts(summary, result)).length;
    const skipped = results.filter((result) => isSkipped(summary, result)).length;
    const cases = results.map((result) => junitCase(summary, result)).join('\n');
    return `  <testsuite name="${xml(area)}" tests="${results.length}" failures="${failures}" skipped="${skipped}">\n${cases}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="antiphon check">\n${suites.join('\n')}\n</testsuites>\n`;
}

/** Neither passed nor counted as a failure: absent, known, or a warning that does not count. */
function isSkipped(summary: Summary, result: Result): boolean {
  return result.verdict !== 'pass' && !counts(summary, result);
}

function junitCase(summary: Summary, result: Result): string {
  const { id, ms, why, verdict, frames } = result;
  const open = `    <testcase name="${xml(id)}" classname="${xml(id.split('/')[0] ?? '')}" time="${(ms / 1000).toFixed(3)}"`;
  if (verdict === 'pass') return `${open}/>`;
  const message = `message="${xml(`${verdict}: ${why}`)}"`;
  const body = counts(summary, result)
    ? `<failure ${message}>${xml(frames.join('\n'))}</failure>`
    : `<skipped ${message}/>`;
  return `${open}>${body}</testcase>`;
}

/** What XML 1.0 can hold of a text, escaped. */
function xml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  const clean = text.replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
  return clean.replaceAll(/[&<>"]/g, (sign) => names[sign] ?? sign);
}

/** TAP 14, with a block of YAML where something does not hold. */
export function tapReport(summary: Summary): string {
  const lines = summary.results.flatMap((result, index) => tapLines(summary, result, index + 1));
  return `${['TAP version 14', `1..${summary.results.length}`, ...lines].join('\n')}\n`;
}

function tapLines(summary: Summary, result: Result, number: number): readonly string[] {
  const { id, verdict, why, level } = result;
  const bad = counts(summary, result);
  const known = summary.expected.get(id);
  const directive =
    known !== undefined && isBroken(result)
      ? ` # TODO ${tapText(known)}`
      : isSkipped(summary, result)
        ? ` # SKIP ${verdict}: ${tapText(why)}`
        : '';
  const line = `${bad || (known !== undefined && isBroken(result)) ? 'not ok' : 'ok'} ${number} - ${id}${directive}`;
  if (!bad) return [line];
  const block = { verdict, level, why, required: rules.get(id)?.says ?? '' };
  return [line, '  ---', ...Object.entries(block).map(([key, value]) => `  ${key}: ${JSON.stringify(value)}`), '  ...'];
}

function tapText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('#', '\\#');
}

/** A table for pull requests and releases. */
export function markdownReport(summary: Summary): string {
  const areas = [...byArea(summary.results)].map(([area, results]) => `| ${area} | ${counted(results)} |`);
  const broken = summary.results.filter(isBroken).map(({ id, level, verdict, why }) => {
    const known = summary.expected.get(id);
    return `| \`${id}\` | ${level} | ${verdict}${known === undefined ? '' : `, known: ${cell(known)}`} | ${cell(why)} |`;
  });
  const table = ['| Rule | Level | Verdict | What came |', '| --- | --- | --- | --- |', ...broken];
  const head = [`# Realtime API check of ${summary.url}`, '', verdictLine(summary), ''];
  const list = broken.length === 0 ? [] : ['', ...table];
  return `${[...head, '| Area | Verdicts |', '| --- | --- |', ...areas, ...list].join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
