import { describe, expect, it } from 'vitest';
import { toolLoops } from './loops.ts';
import { readScenario } from './read.ts';

const loopsOf = (yaml: string): readonly string[] => toolLoops(readScenario(yaml, 's.yaml'));

describe('a scenario that calls a tool for ever', () => {
  it.each([
    ['an entry that answers everything', 'replies: [{ steps: [{ call: { name: f } }] }]', 0, 'f'],
    [
      'an entry that answers everything before the one for the tool',
      'replies: [{ steps: [{ call: { name: f } }] }, { when: { tool: f }, steps: [{ say: "{output}" }] }]',
      0,
      'f',
    ],
    [
      'an entry that answers the tool by calling it',
      'replies: [{ when: { contains: a }, steps: [{ say: b }] }, { when: { tool: f }, steps: [{ call: { name: f } }] }]',
      1,
      'f',
    ],
  ])('is found: %s', (_, yaml, index, tool) => {
    expect(loopsOf(yaml)).toEqual([
      `replies[${index}] calls ${tool}, whose output leads back to it, so a client that runs tools is called for ever. ` +
        `Put an entry with "tool: ${tool}" before it`,
    ]);
  });

  it('is found by way of another tool, at each entry of the circle', () => {
    const yaml = `
replies:
  - { when: { tool: f }, steps: [{ call: { name: g } }] }
  - { when: { contains: go }, steps: [{ call: { name: f } }] }
  - { steps: [{ call: { name: f } }] }
`;
    expect(loopsOf(yaml).map((line) => line.slice(0, 19))).toEqual(['replies[0] calls g,', 'replies[2] calls f,']);
  });

  it.each([
    [
      'words choose the call',
      'replies: [{ when: { contains: a }, steps: [{ call: { name: f } }] }, { steps: [{ say: b }] }]',
    ],
    [
      'another entry answers first',
      'replies: [{ when: { tool: f }, steps: [{ say: "{output}" }] }, { steps: [{ call: { name: f } }] }]',
    ],
    [
      'the response fails before the call',
      'replies: [{ steps: [{ fail: { code: a, message: b } }, { call: { name: f } }] }]',
    ],
    ['nothing is called', '{}'],
  ])('is not found where %s', (_, yaml) => {
    expect(loopsOf(yaml)).toEqual([]);
  });
});
