import { describe, expect, it } from 'vitest';
import {
  type ParsedClientEvent,
  type ParsedServerEvent,
  type ParsedTranslationClientEvent,
  type ParsedTranslationServerEvent,
  parseClientEvent,
  parseServerEvent,
  parseTranslationClientEvent,
  parseTranslationServerEvent,
} from '../../src/protocol/parse.ts';
import { clientSamples } from './client-samples.ts';
import { serverSamples } from './server-samples.ts';
import { translationClientSamples, translationServerSamples } from './translation-samples.ts';

type Parse = (
  text: string,
) => ParsedClientEvent | ParsedServerEvent | ParsedTranslationClientEvent | ParsedTranslationServerEvent;

const families: [name: string, samples: Record<string, object>, parse: Parse, refusesUnknown: boolean][] = [
  ['client', clientSamples, parseClientEvent, true],
  ['server', serverSamples, parseServerEvent, false],
  ['translation client', translationClientSamples, parseTranslationClientEvent, true],
  ['translation server', translationServerSamples, parseTranslationServerEvent, false],
];

describe.each(families)('a %s event', (_name, samples, parse, refusesUnknown) => {
  it.each(Object.entries(samples))('%s is known and comes back as it was written', (_type, event) => {
    const text = JSON.stringify(event);
    const result = parse(text);
    expect(result).toMatchObject({ ok: true, known: true });
    expect(result.ok && JSON.stringify(result.event)).toBe(text);
  });

  it.each(Object.entries(samples))('%s with a field that the API does not name', (_type, event) => {
    const result = parse(JSON.stringify({ ...event, no_such_field: { a: 1 } }));
    const refused = { ok: false, error: { code: 'unknown_parameter', param: 'no_such_field' } };
    const passed = { ok: true, known: true, event: { ...event, no_such_field: { a: 1 } } };
    expect(result).toMatchObject(refusesUnknown ? refused : passed);
  });

  it.each(Object.entries(samples))('%s whose id is no string is refused', (type, event) => {
    if (type === 'input_audio_buffer.dtmf_event_received') return; // the one event without an id
    const result = parse(JSON.stringify({ ...event, event_id: 7 }));
    expect(result).toMatchObject({ ok: false, error: { code: 'invalid_type', param: 'event_id', event_id: null } });
  });
});
