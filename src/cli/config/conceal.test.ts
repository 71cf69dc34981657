import { describe, expect, it } from 'vitest';
import { SetupError } from '../../server/setup-error.ts';
import { concealedIn, concealer } from './conceal.ts';

const secret = 'Sk-Very/Secret "value"\nof mine';

describe('what a variable brought into the file', () => {
  const conceal = concealer([
    { name: 'KEY', value: secret },
    { name: 'WORD', value: 'Tulip' },
    { name: 'PORT', value: '0080443' },
  ]);

  it.each([
    ['as it is', `no ${secret} here`, 'no ${KEY} here'],
    ['in one line', 'no Sk-Very/Secret "value" of mine here', 'no ${KEY} here'],
    ['in JSON', `no ${JSON.stringify({ a: secret })} here`, 'no {"a":"${KEY}"} here'],
    ['in a URL', `no http://a/${encodeURIComponent(secret)}?b here`, 'no http://a/${KEY}?b here'],
    ['in other letters', 'no SK-VERY/SECRET, here', 'no ${KEY}, here'],
    ['cut off', `no ${secret.slice(0, 10)}… here`, 'no ${KEY}… here'],
    ['from its middle', `no …${secret.slice(8, 20)}… here`, 'no …${KEY}… here'],
    ['short', 'no Tulip, tulip, Tuli here', 'no ${WORD}, ${WORD}, Tuli here'],
    ['as a number', 'no 80443 here', 'no ${PORT} here'],
    ['twice, beside another', 'TulipTulip 0080443', '${WORD} ${PORT}'],
  ])('is shown by its name: %s', (_, text, shown) => {
    expect(conceal(text)).toBe(shown);
  });

  it('leaves other words alone, and is none where it is too short to be a secret', () => {
    const text = 'port must be a whole number from 0 to 65535';
    expect(conceal(text)).toBe(text);
    expect(concealer([{ name: 'ZERO', value: '0' }])(text)).toBe(text);
    expect(concealer([{ name: 'EMPTY', value: '' }])(text)).toBe(text);
    expect(concealer([{ name: 'ODD', value: '\ud800 and more' }])('\ud800 and more')).toBe('${ODD}');
  });

  it('is taken out of failures, of one and of many', () => {
    const one = new SetupError('invalid_configuration', `a.yaml:1: ${secret}`, { cause: new Error(secret) });
    const other = new TypeError(`bad ${secret}`);
    const safe = concealedIn(new AggregateError([one, other], one.message), conceal);
    const [first, second] = safe instanceof AggregateError ? safe.errors : [];
    expect(first).toBeInstanceOf(SetupError);
    expect(first).toMatchObject({ code: 'invalid_configuration', message: 'a.yaml:1: ${KEY}' });
    expect(second).toMatchObject({ name: 'TypeError', message: 'bad ${KEY}' });
    for (const each of [safe, first, second])
      expect([each.message, each.stack, each.cause].join()).not.toMatch(/secret/i);
  });
});
