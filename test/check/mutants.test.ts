import { describe, expect, it } from 'vitest';
import { rules } from '../../src/check/report/rules.ts';
import { testScale } from '../setup/scale.ts';
import { mutants } from './mutants/all.ts';
import type { Mutant } from './mutants/mutant.ts';
import { allChecks, failedBy } from './suite.ts';

/** Most rules that the narrowest mutant of a rule may fail. */
const most = 5;

/** Of mutants that fail nothing but laws: a check in which all of these show. */
const shownBy: Readonly<Record<string, string>> = {
  'session.created comes twice': 'core.connect/upgrade',
  'a frame is no JSON': 'core.connect/upgrade',
  'an event of the past comes': 'voice.input/commit',
  'event ids repeat': 'core.response/two-turns',
  'session.updated comes twice': 'core.connect/upgrade',
  'conversation.item.done comes twice': 'core.item/keeps-id',
  'an answer ends in the conversation after its response': 'core.response/text-order',
  'tokens do not add up': 'core.response/text-order',
  'what is cut off is completed': 'voice.turn/barge-in',
  'a response is done twice': 'core.response/text-order',
  'a delta comes after the end': 'core.response/text-order',
  'a message gives its name to no other': 'core.response/text-order',
  'the close says nothing of why': 'core.response/metadata',
  'a transcript comes twice': 'voice.input/transcribed',
  'speech is heard though nobody listens': 'voice.input/clear',
};

/** The checks that a mutant fails, or the one that shows the laws it breaks; in a whole run, all. */
function concerned({ name, fails }: Mutant): typeof allChecks {
  if (testScale >= 10) return allChecks;
  const ids = fails.some((id) => !id.startsWith('law.')) ? fails : [shownBy[name]];
  return allChecks.filter(({ id }) => ids.includes(id));
}

describe('a server with one thing broken', () => {
  it.each(mutants)('fails exactly what it must where $name', async (mutant) => {
    const { fails } = mutant;
    const checks = concerned(mutant);
    const found = await failedBy(mutant, checks);
    const isWhole = checks === allChecks || !checks.some(({ id }) => fails.includes(id));
    // Of a few checks not every law sees what breaks it.
    const due = isWhole ? fails : fails.filter((id) => !id.startsWith('law.') || found.includes(id));
    expect(found).toEqual([...due]);
  });
});

describe('the mutants', () => {
  it('are more than sixty, under names of their own', () => {
    expect(mutants.length).toBeGreaterThan(60);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('show of every rule that it can fail, and nearly alone', () => {
    const narrow = new Set(mutants.filter(({ fails }) => fails.length <= most).flatMap(({ fails }) => fails));
    expect([...rules.keys()].filter((id) => !narrow.has(id))).toEqual([]);
  });

  it('name rules that there are', () => {
    expect(mutants.flatMap(({ fails }) => fails).filter((id) => !rules.has(id))).toEqual([]);
  });
});
