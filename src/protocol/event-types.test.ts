import { describe, expect, it } from 'vitest';
import {
  clientEventTypes,
  resumptionEventTypes,
  serverEventTypes,
  translationClientEventTypes,
  translationServerEventTypes,
} from './event-types.ts';
import { clientEvents } from './schemas/client-events.ts';
import { serverEvents } from './schemas/server-events.ts';
import { translationClientEvents, translationServerEvents } from './schemas/translation-events.ts';

const families = [
  { name: 'client', types: clientEventTypes, events: clientEvents, count: 11 },
  { name: 'server', types: [...serverEventTypes, ...resumptionEventTypes], events: serverEvents, count: 48 },
  { name: 'translation client', types: translationClientEventTypes, events: translationClientEvents, count: 3 },
  { name: 'translation server', types: translationServerEventTypes, events: translationServerEvents, count: 7 },
];

describe.each(families)('the $name event types', ({ types, events, count }) => {
  it(`are ${count}`, () => {
    expect(new Set(types).size).toBe(count);
  });

  it('are the keys of the table of schemas, in its order', () => {
    expect(Object.keys(events)).toEqual([...types]);
  });

  it('are what the `type` of each schema says', () => {
    for (const [type, schema] of Object.entries(events)) expect([...schema.shape.type.values]).toEqual([type]);
  });
});
