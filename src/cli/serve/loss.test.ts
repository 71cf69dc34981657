import { describe, expect, it } from 'vitest';
import { type Held, lossIn } from './loss.ts';

const file = { name: 'a.yaml', isEmpty: false };
const conceal = (text: string): string => text;
const whole: Held = { keys: ['sk-one'], file, models: { from: 'file' }, conceal };

describe('what a reload would lose', () => {
  it.each([
    ['the file', { ...whole, file: null }, 'a.yaml is gone'],
    ['all that it says', { ...whole, file: { ...file, isEmpty: true } }, 'a.yaml is empty'],
    ['the keys', { ...whole, keys: [] }, 'a.yaml has no auth.keys any more'],
    ['the models, to the echo', { ...whole, models: { from: 'nothing' } }, 'a.yaml has no models any more'],
    ['the models, to those of a key', { ...whole, models: { from: 'preset' } }, 'a.yaml has no models any more'],
  ] as const)('is told: %s', (_, after, loss) => {
    expect(lossIn(whole, after)).toBe(loss);
  });

  it('is nothing where other keys and models are given', () => {
    expect(lossIn(whole, { ...whole, keys: ['sk-two'] })).toBeNull();
    expect(lossIn({ ...whole, keys: [] }, whole)).toBeNull();
  });

  it('is nothing where the server had nothing of it', () => {
    const bare: Held = { keys: [], file: null, models: { from: 'nothing' }, conceal };
    expect(lossIn(bare, bare)).toBeNull();
    const empty = { ...bare, file: { name: 'a.yaml', isEmpty: true } };
    expect(lossIn(empty, empty)).toBeNull();
    expect(lossIn(bare, whole)).toBeNull();
  });
});
