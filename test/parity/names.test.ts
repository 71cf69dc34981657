import { describe, expect, it } from 'vitest';
import {
  clientEventTypes,
  resumptionEventTypes,
  serverEventTypes,
  translationClientEventTypes,
  translationServerEventTypes,
} from '../../src/protocol/event-types.ts';
import { clientEvents } from '../../src/protocol/schemas/client-events.ts';
import { serverEvents } from '../../src/protocol/schemas/server-events.ts';
import { translationClientEvents, translationServerEvents } from '../../src/protocol/schemas/translation-events.ts';
import { officialEventTypes } from './official-events.ts';

/** Those of resuming are ours. */
const ofTheApi = Object.fromEntries(
  Object.entries(serverEvents).filter(([type]) => !resumptionEventTypes.some((ours) => ours === type)),
);

const families = [
  { union: 'RealtimeClientEvent', types: clientEventTypes, schemas: clientEvents, count: 11 },
  { union: 'RealtimeServerEvent', types: serverEventTypes, schemas: ofTheApi, count: 46 },
  {
    union: 'RealtimeTranslationClientEvent',
    types: translationClientEventTypes,
    schemas: translationClientEvents,
    count: 3,
  },
  {
    union: 'RealtimeTranslationServerEvent',
    types: translationServerEventTypes,
    schemas: translationServerEvents,
    count: 7,
  },
];

describe('our event types', () => {
  it.each(families)('are those of the official $union, all $count of them', ({ union, types, count }) => {
    expect([...types].toSorted()).toEqual(officialEventTypes(union).toSorted());
    expect(new Set(types).size).toBe(count);
    expect(types).toHaveLength(count);
  });

  it.each(families)('of $union have a schema each, which takes no other type', ({ types, schemas }) => {
    expect(Object.keys(schemas).toSorted()).toEqual([...types].toSorted());
    const named = Object.entries(schemas).map(([type, schema]) => [type, schema.shape.type.value]);
    expect(named).toEqual(Object.keys(schemas).map((type) => [type, type]));
  });
});
