import { describe, expect, it } from 'vitest';
import type { Result } from '../check.ts';
import { badgeReport } from './badge.ts';
import { jsonReport, junitReport, markdownReport, tapReport } from './machine.ts';
import { counts, type Summary } from './summary.ts';
import { textReport } from './text.ts';

function result(id: string, verdict: Result['verdict'], level: Result['level'] = 'must', why = ''): Result {
  return { id, profile: 'core', level, verdict, why, frames: why === '' ? [] : ['> {"type":"a & <b>"}'], ms: 12 };
}

const results = [
  result('core.item/create', 'pass'),
  result('core.item/chain', 'fail', 'must', 'A "chain" | broke.'),
  result('core.item/root', 'fail', 'must', 'Known.'),
  result('core.item/duplicate', 'warn', 'should', 'Twice.'),
  result('core.item/retrieve', 'absent', 'must', 'Not there.'),
];
const expected = new Map([
  ['core.item/root', 'We append.'],
  ['core.item/create', 'It used to fail.'],
]);
const summary: Summary = {
  url: 'ws://host',
  command: 'antiphon check ws://host',
  version: '1.0.0',
  results,
  expected,
  level: 'must',
  takes: new Map(),
};

describe('what counts', () => {
  it('is what breaks a MUST and is not known', () => {
    expect(results.filter((each) => counts(summary, each)).map(({ id }) => id)).toEqual(['core.item/chain']);
  });

  it('is a SHOULD, too, at that level', () => {
    const all = { ...summary, level: 'should' as const };
    expect(results.filter((each) => counts(all, each)).map(({ id }) => id)).toEqual([
      'core.item/chain',
      'core.item/duplicate',
    ]);
  });
});

describe('the report', () => {
  it('for people tells a failure in full, and passes that nobody expected', () => {
    const text = textReport(summary);
    expect(text).toContain('  core.item                1 passed, 2 failed, 1 warned, 1 absent\n');
    expect(text).toContain('FAIL core.item/chain (MUST)\n  Required: previous_item_id names the item before');
    expect(text).toContain("  Alone: antiphon check ws://host --only 'core.item/chain'\n");
    expect(text).toContain('FAIL core.item/root (MUST), known: We append.\n');
    expect(text).toContain('core.item/create is expected to fail, and passed: take it out');
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^FAILED: 1 of 3 MUSTs does not hold/);
  });

  it('for programs has the keys of the contract', () => {
    const { url, version, holds, unexpected_passes, results: rows } = JSON.parse(jsonReport(summary));
    expect([url, version, holds, unexpected_passes]).toEqual(['ws://host', '1.0.0', false, ['core.item/create']]);
    const why = 'A "chain" | broke.';
    expect(rows[1]).toEqual({ id: 'core.item/chain', profile: 'core', level: 'must', verdict: 'fail', why, ms: 12 });
    expect(rows[2].expected).toBe('We append.');
  });

  it('for CI escapes what came, and skips what does not count', () => {
    const text = junitReport(summary);
    expect(text).toContain('<testsuite name="core.item" tests="5" failures="1" skipped="3">');
    expect(text).toContain(
      '<failure message="fail: A &quot;chain&quot; | broke.">&gt; {&quot;type&quot;:&quot;a &amp; &lt;b&gt;&quot;}',
    );
    expect(text).toContain('<skipped message="absent: Not there."/>');
  });

  it('as TAP marks what is known as to do, and what is absent as skipped', () => {
    const lines = tapReport(summary).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'TAP version 14',
      '1..5',
      'ok 1 - core.item/create',
      'not ok 2 - core.item/chain',
    ]);
    expect(lines).toContain('not ok 3 - core.item/root # TODO We append.');
    expect(lines).toContain('ok 5 - core.item/retrieve # SKIP absent: Not there.');
  });

  it('as a badge tells how many MUSTs of each profile hold, and whether all that counts do', () => {
    const badge = { schemaVersion: 1, label: 'Realtime API' };
    expect(JSON.parse(badgeReport(summary))).toEqual({ ...badge, message: 'core 1/3', color: 'orange' });
    const [good = result('core.item/create', 'pass')] = results;
    const voice = { ...good, profile: 'voice' as const };
    const two = JSON.parse(badgeReport({ ...summary, results: [good, good, voice] }));
    expect(two).toEqual({ ...badge, message: 'core 2/2 · voice 1/1', color: 'brightgreen' });
    const many = (['core', 'tools', 'voice', 'limits', 'beta'] as const).map((profile) => ({ ...good, profile }));
    expect(JSON.parse(badgeReport({ ...summary, results: many })).message).toBe('5/5');
    const failed = [result('core.item/create', 'fail')];
    expect(JSON.parse(badgeReport({ ...summary, results: failed })).color).toBe('yellowgreen'); // known
    expect(JSON.parse(badgeReport({ ...summary, results: failed, expected: new Map() })).color).toBe('red');
  });

  it('as Markdown keeps its cells', () => {
    expect(markdownReport(summary)).toContain('| `core.item/chain` | must | fail | A "chain" \\| broke. |');
  });
});
