import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeats } from '../../../test/setup/scale.ts';
import { readScenario } from './read.ts';
import { ScenarioError } from './scenario-error.ts';

/** The example of the format's definition, every key of it. */
const whole = `
seed: 1                     # ids and obfuscation come from it; absent = random
voice: tone
hear:
  - "what is the weather in paris"
  - { fail: { code: audio_unintelligible, message: "…" } }
  - { text: "hello there", segments: [{ speaker: A, text: hello, start: 0, end: 0.4 }], logprobs: true }
translate: [{ input: "bonjour", output: "good morning" }]
pace: { first_ms: 0, delta_ms: 0, unit: word }
replies:
  - when: { contains: "weather" }
    pace: { delta_ms: 20 }
    steps:
      - say: "Let me check."
      - call: { name: get_weather, arguments: { city: Paris } }
  - when: { tool: get_weather }
    steps:
      - say: "It is {output}."
  - when: { contains: "crash" }
    steps:
      - say: "Working"
      - fail: { code: server_error, message: "The model failed." }
  - when: { contains: "secret" }
    steps: [{ say: "I can" }, { incomplete: content_filter }]
  - steps:
      - wait_ms: 5
      - say: "You said: {input}"
`;

function problemIn(text: string, fileName = 'scenario.yaml'): ScenarioError {
  try {
    readScenario(text, fileName);
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('the scenario was accepted');
}

/** `read`, or the error as text. */
function outcomeOf(text: string): string {
  try {
    readScenario(text, 'scenario.yaml');
    return 'read';
  } catch (error) {
    return error instanceof ScenarioError ? String(error) : 'another error';
  }
}

describe('readScenario', () => {
  it('reads every key of the format', () => {
    expect(readScenario(whole, 'scenario.yaml')).toEqual({
      seed: 1,
      voice: 'tone',
      hear: [
        'what is the weather in paris',
        { fail: { code: 'audio_unintelligible', message: '…' } },
        { text: 'hello there', segments: [{ speaker: 'A', text: 'hello', start: 0, end: 0.4 }], logprobs: true },
      ],
      translate: [{ input: 'bonjour', output: 'good morning' }],
      pace: { first_ms: 0, delta_ms: 0, unit: 'word' },
      replies: [
        {
          when: { contains: 'weather' },
          pace: { delta_ms: 20 },
          steps: [{ say: 'Let me check.' }, { call: { name: 'get_weather', arguments: { city: 'Paris' } } }],
        },
        { when: { tool: 'get_weather' }, steps: [{ say: 'It is {output}.' }] },
        {
          when: { contains: 'crash' },
          steps: [{ say: 'Working' }, { fail: { code: 'server_error', message: 'The model failed.' } }],
        },
        { when: { contains: 'secret' }, steps: [{ say: 'I can' }, { incomplete: 'content_filter' }] },
        { steps: [{ wait_ms: 5 }, { say: 'You said: {input}' }] },
      ],
    });
  });

  it('reads the same scenario from JSON, indented with tabs', () => {
    const scenario = readScenario(whole, 'scenario.yaml');
    expect(readScenario(JSON.stringify(scenario), 'scenario.json')).toEqual(scenario);
    expect(readScenario(JSON.stringify(scenario, null, '\t'), 'scenario.json')).toEqual(scenario);
  });

  it('needs nothing but a mapping', () => {
    expect(readScenario('{}', 'scenario.yaml')).toEqual({});
  });

  it('follows anchors', () => {
    const text = 'replies:\n  - steps: &hi [{ say: hi }]\n    when: { contains: a }\n  - steps: *hi\n';
    expect(readScenario(text, 'scenario.yaml').replies?.[1]).toEqual({ steps: [{ say: 'hi' }] });
  });

  it.each([
    ['seed: 1\npase: {}', 2, 'unknown key "pase"; known keys: seed, voice, hear, translate, pace, replies'],
    [
      'replies:\n  - steps: [{ say: a }]\n  - steps: [{ say: b }]\n    pase: {}',
      4,
      'unknown key "pase" in replies[1]; known keys: when, pace, steps',
    ],
    ['pace:\n  unit: word\n  dela_ms: 1', 3, 'unknown key "dela_ms" in pace; known keys: first_ms, delta_ms, unit'],
    [
      'replies:\n  - steps:\n      - say: a\n      - sey: b',
      4,
      'unknown key "sey" in replies[0].steps[1]; known keys: say, call, fail, incomplete, wait_ms',
    ],
    [
      'hear:\n  - a\n  - { text: b, txet: c }',
      3,
      'unknown key "txet" in hear[1]; known keys: text, segments, logprobs, fail',
    ],
    [
      'replies:\n - when: { word: a }\n   steps: [{ say: a }]',
      2,
      'unknown key "word" in replies[0].when; known keys: contains, tool',
    ],
    [
      'replies:\n - steps:\n   - call: { name: a, args: {} }',
      3,
      'unknown key "args" in replies[0].steps[0].call; known keys: name, arguments',
    ],
    ['__proto__: 1', 1, 'unknown key "__proto__"; known keys: seed, voice, hear, translate, pace, replies'],
  ])('refuses the unknown key in %j', (text, line, problem) => {
    expect(problemIn(text).message).toBe(`scenario.yaml:${line}: ${problem}`);
  });

  it.each([
    ['seed: one', 'seed must be a number'],
    ['seed: 1.5', 'seed must be a whole number'],
    ['voice: loud', 'voice must be one of tone, espeak'],
    ['hear: hello', 'hear must be a list'],
    ['hear:', 'hear must be a list'],
    ['hear: [5]', 'hear[0] must be text or a mapping'],
    ['hear: [{ text: 5 }]', 'hear[0].text must be text; put it in quotes'],
    ['hear: [{ text: a, logprobs: sure }]', 'hear[0].logprobs must be true or false'],
    ['translate: [{ input: a, output: 1 }]', 'translate[0].output must be text; put it in quotes'],
    ['pace: { unit: line }', 'pace.unit must be one of char, word, all'],
    ['pace: { delta_ms: fast }', 'pace.delta_ms must be a number'],
    ['replies: { steps: [] }', 'replies must be a list'],
    ['replies: [{ steps: { say: a } }]', 'replies[0].steps must be a list'],
    ['replies: [{ steps: [{ say: true }] }]', 'replies[0].steps[0].say must be text; put it in quotes'],
    ['replies: [{ steps: [{ say: [a] }] }]', 'replies[0].steps[0].say must be text'],
    [
      'replies: [{ steps: [{ call: { name: a, arguments: b } }] }]',
      'replies[0].steps[0].call.arguments must be a mapping',
    ],
    [
      'replies: [{ steps: [{ incomplete: maybe }] }]',
      'replies[0].steps[0].incomplete must be one of content_filter, max_output_tokens',
    ],
    ['- a', 'the scenario must be a mapping'],
    ['', 'the scenario must be a mapping'],
    ['# nothing but a comment', 'the scenario must be a mapping'],
  ])('refuses the wrong value in %j', (text, problem) => {
    expect(problemIn(text).message).toBe(`scenario.yaml:1: ${problem}`);
  });

  it.each([
    ['hear: [{ logprobs: true }]', 'hear[0] needs either text or fail'],
    ['hear: [{ fail: { code: a } }]', 'hear[0].fail needs message'],
    ['hear: [{ text: a, segments: [{ text: a, start: 0, end: 1 }] }]', 'hear[0].segments[0] needs speaker'],
    ['translate: [{ input: a }]', 'translate[0] needs output'],
    ['replies: [{ when: { contains: a } }]', 'replies[0] needs steps'],
    ['replies: [{ steps: [{ call: { arguments: {} } }] }]', 'replies[0].steps[0].call needs name'],
    ['replies: [{ steps: [{ fail: { message: a } }] }]', 'replies[0].steps[0].fail needs code'],
  ])('misses the value in %j', (text, problem) => {
    expect(problemIn(text).message).toBe(`scenario.yaml:1: ${problem}`);
  });

  it.each([
    ['pace: { first_ms: -1 }', 'pace.first_ms must be at least 0'],
    ['replies: [{ steps: [{ wait_ms: -5 }] }]', 'replies[0].steps[0].wait_ms must be at least 0'],
    ['replies: [{ steps: [{ wait_ms: 1e10 }] }]', 'replies[0].steps[0].wait_ms must be at most 2147483647'],
    ['replies: [{ steps: [] }]', 'replies[0].steps must not be empty'],
    ['replies: [{ steps: [{}] }]', 'replies[0].steps[0] needs one of say, call, fail, incomplete, wait_ms'],
    [
      'replies: [{ steps: [{ say: a, wait_ms: 1 }] }]',
      'replies[0].steps[0] holds say and wait_ms; a step is one thing, so write one step for each',
    ],
    ['replies: [{ when: {}, steps: [{ say: a }] }]', 'replies[0].when needs contains or tool'],
    ['replies: [{ when: { contains: "" }, steps: [{ say: a }] }]', 'replies[0].when.contains must not be empty'],
    ['replies: [{ steps: [{ call: { name: "" } }] }]', 'replies[0].steps[0].call.name must not be empty'],
    [
      'replies: [{ steps: [{ call: { name: a, arguments: { x: [.inf] } } }] }]',
      'replies[0].steps[0].call.arguments holds a value that JSON cannot say',
    ],
    ['hear: [{ fail: { code: a, message: b }, text: c }]', 'hear[0] holds fail together with other keys'],
    [
      'hear: [{ text: a, segments: [{ speaker: A, text: a, start: 2, end: 1 }] }]',
      'hear[0].segments[0].end must not be less than start',
    ],
  ])('refuses what makes no sense in %j', (text, problem) => {
    expect(problemIn(text).message).toBe(`scenario.yaml:1: ${problem}`);
  });

  it.each([
    ['seed: 1\nhear: [', 2],
    ['seed: 1\nvoice: tone\nseed: 2', 3],
    ['seed: 1\npace: *nowhere', 2],
    ['seed: 1\nhear: !secret a', 2],
    ['seed: 1\n\tvoice: tone', 2],
  ])('refuses the broken YAML %j in one line', (text, line) => {
    const { message } = problemIn(text);
    expect(message).toMatch(new RegExp(`^scenario\\.yaml:${line}: .+$`, 'u'));
  });

  it('names a key that is there twice', () => {
    expect(problemIn('seed: 1\n"seed": 2').message).toBe('scenario.yaml:2: key "seed" is there twice');
  });

  it('tells of the first problem in the file, with its column', () => {
    const problem = problemIn('replies:\n  - steps: [{ say: a, sey: b }]\nseed: x\nhear: 1', 'dir/my.yaml');
    expect(problem.message).toMatch(/^dir\/my\.yaml:2: unknown key "sey"/u);
    expect([problem.fileName, problem.line, problem.column]).toEqual(['dir/my.yaml', 2, 23]);
  });

  it('stops a bomb of aliases', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) =>
        `x${i}: &x${i} [${Array(10)
          .fill(i === 0 ? 'a' : `*x${i - 1}`)
          .join(',')}]`,
    );
    expect(problemIn(levels.join('\n')).line).toBeGreaterThanOrEqual(1);
  });

  it('throws nothing but ScenarioError, in one line, whatever the text', () => {
    const words = [
      'seed',
      'hear',
      'replies',
      'steps',
      'say',
      'pace',
      ':',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '&a ',
      '*a',
      '1',
      'x',
      '!',
      '#',
      '|',
      '>',
      '\t',
      '%',
      '---\n',
      ',',
      '? ',
    ];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (each) => {
        expect(outcomeOf(each)).toMatch(/^(?:read|ScenarioError: scenario\.yaml:\d+: [^\n\r]+)$/u);
      }),
      { numRuns: repeats(10_000) },
    );
  });
});
