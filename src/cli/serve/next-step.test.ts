import { describe, expect, it } from 'vitest';
import { nextStep } from './next-step.ts';

describe('the next step', () => {
  it('is its page, or a talk with the server', () => {
    const url = 'http://127.0.0.1:8080';
    expect(nextStep({ url, needsKey: false, hasConsole: true, models: ['echo', '*'] })).toBe(
      'open http://127.0.0.1:8080/ to talk to it and see what happens, or in a terminal: npx antiphon talk ws://127.0.0.1:8080/v1/realtime',
    );
  });

  it('is a page that tells how to connect, where there is no console', () => {
    const step = nextStep({ url: 'http://127.0.0.1:1', needsKey: false, hasConsole: false, models: ['*'] });
    expect(step).toMatch(/^open http:\/\/127.0.0.1:1\/ to see how to connect, or in a terminal: /);
  });

  it.each([
    ['a key, where one is needed', { needsKey: true, models: ['*'] }, '/v1/realtime --key KEY'],
    [
      'a model, where not every name is one',
      { needsKey: false, models: ['baker', 'test'] },
      '/v1/realtime --model baker',
    ],
    ['no model, where it asks for that one anyway', { needsKey: false, models: ['a', 'gpt-realtime'] }, '/v1/realtime'],
  ])('gives the talk %s', (_, served, end) => {
    expect(nextStep({ url: 'https://localhost:1', hasConsole: true, ...served })).toMatch(
      new RegExp(`talk wss://localhost:1${end}$`),
    );
  });
});
