import { describe, expect, it } from 'vitest';
import { credentialOf, keyring, offeredSubprotocols } from './keys.ts';

const headers =
  (given: Record<string, string>) =>
  (name: string): string | undefined =>
    given[name];

describe('the keys that clients must present', () => {
  it('are needed where some are configured', () => {
    const keys = keyring(['sk-one', 'sk-two']);
    expect(keys.check('sk-one')).toBe('accepted');
    expect(keys.check('sk-two')).toBe('accepted');
    expect(keys.check('sk-three')).toBe('wrong');
    expect(keys.check('sk-on')).toBe('wrong');
    expect(keys.check('')).toBe('wrong');
    expect(keys.check(null)).toBe('missing');
  });

  it('are not asked for where none is configured', () => {
    const keys = keyring([]);
    expect(keys.check(null)).toBe('accepted');
    expect(keys.check('anything')).toBe('accepted');
  });

  it('never include an ephemeral key that this server did not make', () => {
    expect(keyring([]).check('ek_0123')).toBe('wrong');
    expect(keyring(['sk-one']).check('ek_0123')).toBe('wrong');
  });
});

describe('the key that a request presents', () => {
  it.each([
    ['a bearer token', { authorization: 'Bearer sk-1' }, 'sk-1'],
    ['a bearer token in odd case and spacing', { authorization: 'bearer   sk-1 ' }, 'sk-1'],
    ['the api-key header', { 'api-key': 'sk-1' }, 'sk-1'],
    ['a subprotocol entry', { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-1, x' }, 'sk-1'],
    ['the bearer token before the others', { authorization: 'Bearer sk-1', 'api-key': 'sk-2' }, 'sk-1'],
    ['nothing', {}, null],
    ['nothing in an empty api-key header', { 'api-key': '' }, null],
    ['nothing in an empty bearer token', { authorization: 'Bearer ' }, null],
    ['nothing in a subprotocol list without a key', { 'sec-websocket-protocol': 'realtime' }, null],
  ])('is read from %s', (_, given, key) => {
    expect(credentialOf(headers(given))).toBe(key);
  });

  it('leaves the order of subprotocols as offered', () => {
    expect(offeredSubprotocols(headers({ 'sec-websocket-protocol': 'realtime,  a , b' }))).toEqual([
      'realtime',
      'a',
      'b',
    ]);
    expect(offeredSubprotocols(headers({}))).toEqual([]);
  });
});
