import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../../test/setup/scale.ts';
import { ContentEventBuilder } from './content-event-builder.ts';
import { ItemEventBuilder } from './item-event-builder.ts';
import { serializeServerEvent } from './serialize.ts';
import { ServerEvent } from './server-event.ts';

const content = new ContentEventBuilder('resp_1', 'item_1', 0, 0);

/** The same event, loosely typed, for what the types forbid. */
function loose(event: object): { type: string } & Record<string, unknown> {
  return { type: '', ...event };
}

const DELTA_TYPES = [
  'response.output_text.delta',
  'response.output_audio.delta',
  'response.output_audio_transcript.delta',
  'response.function_call_arguments.delta',
  'response.unknown.delta',
];

/** Text with all that JSON must escape, surrogates alone and in pairs, short and long. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('a', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', '\u2028', '\ud800', '\udc00', '€', '😀'),
  }),
  fc.string({ minLength: 120, maxLength: 300 }),
  fc.base64String({ minLength: 100, maxLength: 400 }),
);
const anyValue = fc.oneof(
  anyText,
  fc.constantFrom('item_1', 'item_2', 'resp_1'),
  fc.constantFrom<unknown>(0, 1, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true),
  fc.jsonValue(),
);

/** Events near those of the builders: any key may be missing, moved, wrong, or joined by others. */
const anyEvent = fc
  .record(
    {
      type: fc.constantFrom(...DELTA_TYPES),
      event_id: fc.oneof({ weight: 4, arbitrary: anyText }, anyValue),
      response_id: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('resp_1', 'resp_2') }, anyValue),
      item_id: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('item_1', 'item_2') }, anyValue),
      output_index: fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, anyValue),
      content_index: fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, anyValue),
      delta: fc.oneof({ weight: 4, arbitrary: anyText }, anyValue),
      obfuscation: fc.oneof({ weight: 2, arbitrary: anyText }, anyValue),
      extra: anyValue,
    },
    { requiredKeys: ['type', 'event_id', 'response_id', 'item_id', 'output_index', 'content_index', 'delta'] },
  )
  .chain((event) =>
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(event) },
      fc.shuffledSubarray(Object.entries(event), { minLength: 1 }).map((entries) => loose(Object.fromEntries(entries))),
    ),
  );

describe('the serialiser writes what JSON.stringify writes', () => {
  it('for any event that looks like a delta', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
      }),
      { numRuns: repeats(20_000) },
    );
  });

  it('for any other object with a type', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (fields, type) => {
        const event = { ...fields, type };
        expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
      }),
    );
  });

  it('for what the builders make of any text', () => {
    const item = new ItemEventBuilder('resp_1', 'item_1', 0);
    fc.assert(
      fc.property(anyText, anyText, fc.option(anyText), (id, delta, obfuscation) => {
        const events = [
          content.outputTextDelta(id, delta, obfuscation),
          content.outputAudioDelta(id, delta),
          content.outputAudioTranscriptDelta(id, delta, obfuscation),
          content.outputTextDone(id, delta),
          item.functionCallArgumentsDelta(id, 'call_1', delta, obfuscation),
          item.mcpCallArgumentsDelta(id, delta, obfuscation),
          ServerEvent.inputAudioTranscriptionDelta(id, 'item_1', 0, delta, null, obfuscation),
        ];
        for (const event of events) expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
      }),
    );
  });

  it('for each single character, short and long', () => {
    const differs = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code)).filter((character) =>
      [character, 'a'.repeat(130) + character].some((delta) => {
        const event = content.outputTextDelta('evt_1', delta);
        return serializeServerEvent(event) !== JSON.stringify(event);
      }),
    );
    expect(differs).toEqual([]);
  });
});

describe('an event may be changed after it was built', () => {
  it.each(['type', 'event_id', 'response_id', 'item_id', 'output_index', 'content_index', 'delta'])('at %s', (key) => {
    serializeServerEvent(content.outputTextDelta('evt_1', 'Hello'));
    for (const value of ['other', 7, null, undefined, ['a'], { deep: 1 }]) {
      const event = loose(content.outputTextDelta('evt_2', 'Hello'));
      event[key] = value;
      expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
    }
  });

  it('by a key more or a key less', () => {
    const more = loose(content.outputTextDelta('evt_1', 'Hello'));
    more['extra'] = { a: 1 };
    expect(serializeServerEvent(more)).toBe(JSON.stringify(more));
    const { content_index: _gone, ...less } = content.outputTextDelta('evt_1', 'Hello');
    expect(serializeServerEvent(less)).toBe(JSON.stringify(less));
  });

  it('inside an object that stands where an id should', () => {
    const id = { part: 1 };
    const event = loose({ ...content.outputTextDelta('evt_1', 'a'), response_id: id });
    expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
    id.part = 2;
    expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
  });
});

describe('objects with manners of their own', () => {
  const fields = content.outputTextDelta('evt_1', 'Hello');

  it('keep them: toJSON, getters, hidden and inherited keys', () => {
    class Wrapped {
      readonly type = 'response.output_text.delta';
      readonly event_id = 'evt_1';
      readonly response_id = 'resp_1';
      readonly item_id = 'item_1';
      readonly output_index = 0;
      readonly content_index = 0;
      readonly delta = 'Hello';
      toJSON(): unknown {
        return { wrapped: true };
      }
    }
    const hidden = Object.defineProperty(loose({ ...fields }), 'delta', { enumerable: false });
    const inherited: { type: string } = Object.create(fields);
    const { delta: _taken, ...undelivered } = fields;
    const withGetter = {
      ...undelivered,
      get delta(): string {
        return 'got';
      },
    };
    const hiddenToJson = Object.defineProperty({ ...fields }, 'toJSON', { value: () => 'hidden' });
    for (const event of [new Wrapped(), hidden, hiddenToJson, withGetter]) {
      expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
    }
    expect(serializeServerEvent(inherited)).toBe(JSON.stringify(inherited));
  });

  it('are not needed: an event is a plain object in every respect', () => {
    const literal = {
      type: 'response.output_text.delta',
      event_id: 'evt_1',
      response_id: 'resp_1',
      item_id: 'item_1',
      output_index: 0,
      content_index: 0,
      delta: 'Hello',
    };
    serializeServerEvent(fields);
    expect(fields).toStrictEqual(literal);
    expect(structuredClone(fields)).toStrictEqual(literal);
    expect({ ...fields }).toStrictEqual(literal);
    expect(Reflect.ownKeys(fields)).toEqual(Reflect.ownKeys(literal));
    expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
  });
});

it('stays right when far more items speak at once than it remembers', () => {
  const speakers = Array.from(
    { length: 10_000 },
    (_, index) => new ContentEventBuilder('resp_1', `item_${index}`, 0, 0),
  );
  const events = ['one', 'two', 'three'].flatMap((delta) =>
    speakers.map((speaker) => speaker.outputTextDelta('evt_1', delta)),
  );
  const differs = events.filter((event) => serializeServerEvent(event) !== JSON.stringify(event));
  expect(differs).toEqual([]);
});

it('serialises an item whose client gave it a very long id', () => {
  const event = new ContentEventBuilder('resp_1', 'i'.repeat(10_000), 0, 0).outputTextDelta('evt_1', 'a');
  expect(serializeServerEvent(event)).toBe(JSON.stringify(event));
});
