import { describe, expect, it } from 'vitest';
import { defaultLimits } from './limits.ts';
import {
  checkClientEvent,
  checkServerEvent,
  checkTranslationClientEvent,
  checkTranslationServerEvent,
  parseClientEvent,
  parseJson,
  parseServerEvent,
  parseTranslationClientEvent,
  parseTranslationServerEvent,
} from './parse.ts';

const parsers = [
  { name: 'client event', parse: parseClientEvent },
  { name: 'server event', parse: parseServerEvent },
  { name: 'translation client event', parse: parseTranslationClientEvent },
  { name: 'translation server event', parse: parseTranslationServerEvent },
];

describe.each(parsers)('a text that is no $name', ({ parse }) => {
  it.each([
    ['', 'invalid_json', 'Invalid event: failed to parse JSON value'],
    ['{"type":', 'invalid_json', 'Invalid event: failed to parse JSON value'],
    ['{"type":NaN}', 'invalid_json', 'Invalid event: failed to parse JSON value'],
    ['\ud800', 'invalid_json', 'Invalid event: failed to parse JSON value'],
    ['null', 'invalid_event', 'Invalid event: expected an object, but got null instead.'],
    ['[]', 'invalid_event', 'Invalid event: expected an object, but got an array instead.'],
    ['"session.update"', 'invalid_event', 'Invalid event: expected an object, but got a string instead.'],
    ['{}', 'invalid_event', "Invalid event: the 'type' field is missing."],
    ['{"__proto__":{"type":"error"}}', 'invalid_event', "Invalid event: the 'type' field is missing."],
  ])('%s gives %s without a param', (text, code, message) => {
    expect(parse(text)).toEqual({
      ok: false,
      error: {
        type: 'invalid_request_error',
        code,
        message: expect.stringContaining(message),
        param: null,
        event_id: null,
      },
    });
  });

  it('of a million brackets is refused for its depth, before it is parsed', () => {
    expect(parse('['.repeat(1_000_000))).toMatchObject({
      error: { code: 'invalid_event', message: expect.stringContaining('nested deeper than 64 levels') },
    });
  });

  it('whose type is no string gives invalid_type', () => {
    expect(parse('{"type":5,"event_id":"evt_1"}')).toEqual({
      ok: false,
      error: {
        type: 'invalid_request_error',
        code: 'invalid_type',
        message: "Invalid type for 'type': expected a string, but got an integer instead.",
        param: 'type',
        event_id: 'evt_1',
      },
    });
  });

  it('is refused where it is no text at all', () => {
    for (const value of [undefined, null, 5, {}, new Uint8Array(2), Symbol('x'), 5n]) {
      // @ts-expect-error a caller without types may pass anything
      expect(parse(value)).toMatchObject({ ok: false, error: { code: 'invalid_event' } });
    }
  });

  it('keeps to the limits it is given', () => {
    const deep = `{"type":"x.y","a":${'['.repeat(9)}${']'.repeat(9)}}`;
    expect(parse(deep, { ...defaultLimits, maxDepth: 9 })).toMatchObject({
      error: { code: 'invalid_event', message: 'Invalid event: nested deeper than 9 levels.' },
    });
    expect(parse(deep, { ...defaultLimits, maxBytes: deep.length - 1 })).toMatchObject({
      error: { code: 'invalid_event', message: `Invalid event: the text has more than ${deep.length - 1} bytes.` },
    });
    expect(parse(`{"type":"x.y","a":${'['.repeat(64)}${']'.repeat(64)}}`)).toMatchObject({
      error: { message: 'Invalid event: nested deeper than 64 levels.' },
    });
    expect(parse('x'.repeat(21_000_001))).toMatchObject({ error: { code: 'invalid_event' } });
  });
});

describe('an unknown type', () => {
  it('of a client is refused with the twelve types that the service names', () => {
    for (const type of ['foo', 'transcription_session.update', 'constructor', '__proto__']) {
      expect(parseClientEvent(JSON.stringify({ type, event_id: 'evt_1' }))).toEqual({
        ok: false,
        error: {
          type: 'invalid_request_error',
          code: 'invalid_value',
          message:
            `Invalid value: '${type}'. Supported values are: 'session.update', 'session.close', ` +
            "'input_audio_buffer.append', 'session.input_audio_buffer.append', 'input_audio_buffer.commit', " +
            "'input_audio_buffer.clear', 'conversation.item.create', 'conversation.item.truncate', " +
            "'conversation.item.delete', 'conversation.item.retrieve', 'response.create', 'response.cancel'.",
          param: 'type',
          event_id: 'evt_1',
        },
      });
    }
  });

  it('includes, for a client, the two that are for translation only, but not the one for WebRTC', () => {
    const taken =
      "'session.update', 'input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear', " +
      "'conversation.item.create', 'conversation.item.truncate', 'conversation.item.delete', " +
      "'conversation.item.retrieve', 'response.create', 'response.cancel'";
    for (const type of ['session.close', 'session.input_audio_buffer.append']) {
      expect(parseClientEvent(JSON.stringify({ type, audio: '', event_id: 'evt_1' }))).toEqual({
        ok: false,
        error: {
          type: 'invalid_request_error',
          code: 'invalid_value',
          message: `Invalid value: '${type}'. It is for translation sessions. Supported values here are: ${taken}.`,
          param: 'type',
          event_id: 'evt_1',
        },
      });
    }
    expect(parseClientEvent('{"type":"output_audio_buffer.clear"}')).toMatchObject({ ok: true });
  });

  it('of a translation client is refused with the three types that there are', () => {
    expect(parseTranslationClientEvent('{"type":"response.create"}')).toMatchObject({
      error: {
        code: 'invalid_value',
        message:
          "Invalid value: 'response.create'. Supported values are: 'session.update', 'session.input_audio_buffer.append', 'session.close'.",
      },
    });
  });

  it('of a server passes untouched', () => {
    const text = '{"type":"response.hologram.delta","z":{"b":1,"a":[{}]},"event_id":7}';
    for (const parse of [parseServerEvent, parseTranslationServerEvent]) {
      const result = parse(text);
      expect(result).toMatchObject({ ok: true, known: false });
      expect(result.ok && JSON.stringify(result.event)).toBe(text);
    }
  });
});

describe('a session event', () => {
  it('means another thing in a translation', () => {
    const update = '{"type":"session.update","session":{"audio":{"output":{"language":"es"}}}}';
    expect(parseTranslationClientEvent(update)).toMatchObject({ ok: true });
    expect(parseClientEvent(update)).toMatchObject({ error: { param: 'session.type' } });
    expect(parseTranslationClientEvent('{"type":"session.update","session":{"type":"realtime"}}')).toMatchObject({
      error: { code: 'invalid_value', param: 'session.type' },
    });
    const created = '{"type":"session.created","event_id":"e","session":{"type":"realtime"}}';
    expect(parseServerEvent(created)).toMatchObject({ ok: true });
    expect(parseTranslationServerEvent(created)).toMatchObject({ error: { code: 'invalid_value' } });
  });
});

describe('what passes', () => {
  it('is the very object that was checked', () => {
    const event = { type: 'response.cancel' };
    const server = { type: 'input_audio_buffer.cleared', event_id: 'e', extra: {} };
    expect(checkClientEvent(event)).toEqual({ ok: true, known: true, event });
    for (const [check, value] of [
      [checkClientEvent, event],
      [checkServerEvent, server],
      [checkTranslationClientEvent, { type: 'session.close' }],
      [checkTranslationServerEvent, { type: 'session.closed', event_id: 'e' }],
    ] as const) {
      const result = check(value);
      expect(result.ok && result.event).toBe(value);
    }
  });

  it('keeps the last of two equal keys, as JSON.parse does', () => {
    expect(parseClientEvent('{"type":"response.create","type":"response.cancel"}')).toEqual({
      ok: true,
      known: true,
      event: { type: 'response.cancel' },
    });
  });
});

describe('the event_id of an error', () => {
  it('is that of the event, whatever else is wrong with it', () => {
    for (const rest of [{}, { type: 5 }, { type: 'foo' }, { type: 'response.cancel', x: 1 }]) {
      expect(checkClientEvent({ event_id: 'evt_1', ...rest })).toMatchObject({ error: { event_id: 'evt_1' } });
    }
  });

  it('is null where the event has none that may be repeated', () => {
    for (const event_id of [undefined, null, 5, {}, 'x'.repeat(513)]) {
      expect(checkClientEvent({ event_id, type: 'foo' })).toMatchObject({ error: { event_id: null } });
    }
  });
});

describe('JSON alone', () => {
  it('is read without an opinion of what it says', () => {
    expect(parseJson('[1]')).toEqual({ ok: true, value: [1] });
    expect(parseJson('[1')).toMatchObject({ ok: false, error: { code: 'invalid_json' } });
  });
});
