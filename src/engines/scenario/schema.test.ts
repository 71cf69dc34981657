import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { scenarioSchema } from './schema.ts';

const check = new Ajv2020({ strict: false }).compile(z.toJSONSchema(scenarioSchema, { io: 'input' }));

describe('the scenario as JSON Schema', () => {
  it('accepts a scenario', () => {
    const steps = [{ say: 'hi' }, { call: { name: 'f', arguments: { a: [1] } } }, { wait_ms: 3 }];
    expect(check({ seed: 1, hear: ['a', { text: 'b' }], replies: [{ when: { tool: 'f' }, steps }] })).toBe(true);
  });

  it.each([
    { pase: {} },
    { replies: [{ steps: [] }] },
    { replies: [{ steps: [{}] }] },
    { replies: [{ steps: [{ say: 'a', wait_ms: 1 }] }] },
    { replies: [{ steps: [{ wait_ms: -1 }] }] },
    { hear: [{ txet: 'a' }] },
  ])('refuses %j', (scenario) => {
    expect(check(scenario)).toBe(false);
  });
});
