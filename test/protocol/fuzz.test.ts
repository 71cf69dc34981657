import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  parseClientEvent,
  parseServerEvent,
  parseTranslationClientEvent,
  parseTranslationServerEvent,
} from '../../src/protocol/parse.ts';
import { clientEvents } from '../../src/protocol/schemas/client-events.ts';
import { serverEvents } from '../../src/protocol/schemas/server-events.ts';
import { translationClientEvents, translationServerEvents } from '../../src/protocol/schemas/translation-events.ts';
import { repeats } from '../setup/scale.ts';
import {
  arbitraryClientEvents,
  arbitraryServerEvents,
  arbitraryTranslationClientEvents,
  arbitraryTranslationServerEvents,
} from './arbitrary-events.ts';
import { clientSamples } from './client-samples.ts';
import { type Dice, dice, mutateJson, mutateText, pick } from './mutate.ts';
import { type Oracle, oracleOf } from './oracle.ts';
import { serverSamples } from './server-samples.ts';
import { translationClientSamples, translationServerSamples } from './translation-samples.ts';

const families = [
  {
    name: 'client',
    parse: parseClientEvent,
    oracle: oracleOf(clientEvents, true),
    refusesUnknownTypes: true,
    verdicts: ['known', 'not JSON', 'refused'] satisfies Verdict[],
    corpus: corpusOf(clientSamples, arbitraryClientEvents),
    texts: repeats(440_000),
  },
  {
    name: 'server',
    parse: parseServerEvent,
    oracle: oracleOf(serverEvents, false),
    refusesUnknownTypes: false,
    verdicts: ['known', 'unknown', 'not JSON', 'refused'] satisfies Verdict[],
    corpus: corpusOf(serverSamples, arbitraryServerEvents),
    texts: repeats(440_000),
  },
  {
    name: 'translation client',
    parse: parseTranslationClientEvent,
    oracle: oracleOf(translationClientEvents, true),
    refusesUnknownTypes: true,
    verdicts: ['known', 'not JSON', 'refused'] satisfies Verdict[],
    corpus: corpusOf(translationClientSamples, arbitraryTranslationClientEvents),
    texts: repeats(60_000),
  },
  {
    name: 'translation server',
    parse: parseTranslationServerEvent,
    oracle: oracleOf(translationServerEvents, false),
    refusesUnknownTypes: false,
    verdicts: ['known', 'unknown', 'not JSON', 'refused'] satisfies Verdict[],
    corpus: corpusOf(translationServerSamples, arbitraryTranslationServerEvents),
    texts: repeats(60_000),
  },
];

type Family = (typeof families)[number];
type Verdict = 'known' | 'unknown' | 'not JSON' | 'refused';

/** Texts of valid events: those written by hand and some of every type made by chance, but always the same. */
function corpusOf(samples: object, arbitraries: object): string[] {
  const made = Object.values<fc.Arbitrary<unknown>>({ ...arbitraries }).flatMap((any) =>
    fc.sample(any, { numRuns: 12, seed: 1 }),
  );
  return [...Object.values(samples), ...made]
    .map((event) => JSON.stringify(event))
    .filter((text) => text.length < 3000);
}

function mutated(corpus: readonly string[], roll: Dice): string {
  const text = pick(corpus, roll);
  const way = roll(20);
  if (way < 9) return mutateText(text, roll);
  if (way < 19) return mutateJson(text, roll);
  return Array.from({ length: roll(30) }, () =>
    String.fromCharCode(roll(2) === 0 ? 32 + roll(96) : roll(0x10000)),
  ).join('');
}

/** What ought to come out, by the oracle alone. */
function expected(text: string, oracle: Oracle, refusesUnknownTypes: boolean): Verdict {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const verdict = oracle(value);
  if (verdict === 'unknown type') return refusesUnknownTypes ? 'refused' : 'unknown';
  return verdict === 'valid' ? 'known' : 'refused';
}

/** What came out; throws where an error is not one that could be sent. */
function actual(text: string, parse: Family['parse']): Verdict {
  const result = parse(text);
  if (result.ok) return result.known ? 'known' : 'unknown';
  const { error } = result;
  const isWhole =
    Object.keys(error).join() === 'type,code,message,param,event_id' &&
    error.type === 'invalid_request_error' &&
    typeof error.code === 'string' &&
    error.message.length < 1500 &&
    (error.param === null || typeof error.param === 'string') &&
    (error.event_id === null || text.includes('event_id'));
  if (!isWhole) throw new Error(`Not an error to send: ${JSON.stringify(error)}`);
  return error.code === 'invalid_json' ? 'not JSON' : 'refused';
}

describe('mutated and random texts, a million at scale 10', () => {
  it.each(families)('$texts of a $name never throw and pass only where the oracle lets them', (family) => {
    const roll = dice(20_261_121);
    const seen = new Map<Verdict, number>();
    for (let count = 0; count < family.texts; count += 1) {
      const text = mutated(family.corpus, roll);
      const verdict = actual(text, family.parse);
      if (verdict !== expected(text, family.oracle, family.refusesUnknownTypes)) {
        throw new Error(`${verdict}, but the oracle says otherwise: ${text}\n${JSON.stringify(family.parse(text))}`);
      }
      seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    }
    // The texts are worth something only if many of them come close: every verdict must have been seen often.
    for (const verdict of family.verdicts) expect(seen.get(verdict) ?? 0).toBeGreaterThan(family.texts / 200);
    expect(seen.get('known') ?? 0).toBeGreaterThan(family.texts / 50);
  });
});
