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
import { oracleOf } from './oracle.ts';

const families = [
  { name: 'client', arbitraries: arbitraryClientEvents, parse: parseClientEvent, events: clientEvents, strict: true },
  { name: 'server', arbitraries: arbitraryServerEvents, parse: parseServerEvent, events: serverEvents, strict: false },
  {
    name: 'translation client',
    arbitraries: arbitraryTranslationClientEvents,
    parse: parseTranslationClientEvent,
    events: translationClientEvents,
    strict: true,
  },
  {
    name: 'translation server',
    arbitraries: arbitraryTranslationServerEvents,
    parse: parseTranslationServerEvent,
    events: translationServerEvents,
    strict: false,
  },
];

describe.each(families)('any valid $name event', ({ arbitraries, parse, events, strict }) => {
  const oracle = oracleOf(events, strict);

  it.each(Object.entries<fc.Arbitrary<unknown>>({ ...arbitraries }))('%s round-trips byte for byte', (_type, any) => {
    const property = fc.property(any, (event) => {
      const text = JSON.stringify(event);
      const result = parse(text);
      expect(oracle(JSON.parse(text))).toBe('valid');
      expect(result).toMatchObject({ ok: true, known: true });
      expect(result.ok && JSON.stringify(result.event)).toBe(text);
    });
    fc.assert(property, { numRuns: repeats(1_000), seed: 1 });
  });
});
