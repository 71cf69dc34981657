import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { type Caller, createDoor, type Door } from './door.ts';
import { keyring } from './keys.ts';
import { hostRule, originRule } from './origin.ts';
import { wrongKeys } from './wrong-keys.ts';

function doorWith(keys: readonly string[]): Door {
  return createDoor({
    keys: keyring(keys),
    needsKey: keys.length > 0,
    origins: originRule(['https://app.example']),
    hosts: hostRule(['voice.example']),
    wrongKeys: wrongKeys(virtualClock()),
  });
}

const caller = (headers: Record<string, string>, holdsSecret = false): Caller => ({
  header: (name) => headers[name],
  address: '192.0.2.1',
  holdsSecret,
});

/** Why the door turns somebody away, before it is asked for a key. */
const reason = (door: Door, headers: Record<string, string>, holdsSecret = false): string | null | undefined =>
  door.turnsAway(caller(headers, holdsSecret))?.error.code;

describe('the door of a server without keys', () => {
  it.each([
    ['a loopback name', { host: 'localhost:8080' }, undefined],
    ['a name that is listed', { host: 'voice.example:8080' }, undefined],
    ['any other name', { host: 'rebound.example:8080' }, 'host_not_allowed'],
    ['a name that only begins well', { host: 'localhost.rebound.example' }, 'host_not_allowed'],
    ['its own address as origin', { host: 'voice.example:80', origin: 'http://voice.example' }, undefined],
    ['its own address as origin, over TLS', { host: 'voice.example', origin: 'https://voice.example' }, undefined],
    ['another port as origin', { host: 'voice.example:81', origin: 'http://voice.example' }, 'origin_not_allowed'],
    ['an own address of another name', { host: 'x.example', origin: 'http://x.example' }, 'host_not_allowed'],
    ['a foreign page', { host: 'localhost', origin: 'https://evil.example' }, 'origin_not_allowed'],
    ['a listed page', { host: 'localhost', origin: 'https://app.example' }, undefined],
    ['a listed page that was led here', { host: 'x.example', origin: 'https://app.example' }, 'host_not_allowed'],
  ])('judges %s', (_, headers, code) => {
    expect(reason(doorWith([]), headers)).toBe(code);
  });
});

describe('the door of a server with keys', () => {
  const own = { host: 'x.example:8080', origin: 'http://x.example:8080' };

  it('takes any name, since the key is what counts', () => {
    expect(reason(doorWith(['sk-one']), { host: 'x.example' })).toBeUndefined();
  });

  it.each([
    ['as a bearer token', { authorization: 'Bearer sk-one' }],
    ['as a header', { 'api-key': 'sk-one' }],
    ['as a subprotocol', { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-one' }],
  ])('takes its own address as origin with a valid key %s', (_, key) => {
    expect(reason(doorWith(['sk-one']), { ...own, ...key })).toBeUndefined();
  });

  it('takes its own address as origin with a good client secret, and not without a key', () => {
    expect(reason(doorWith(['sk-one']), own, true)).toBeUndefined();
    expect(reason(doorWith(['sk-one']), own)).toBe('origin_not_allowed');
    expect(reason(doorWith(['sk-one']), { ...own, 'api-key': 'sk-two' })).toBe('origin_not_allowed');
  });

  it('takes no other origin for the sake of a key', () => {
    const headers = { host: 'x.example', origin: 'https://evil.example', 'api-key': 'sk-one' };
    expect(reason(doorWith(['sk-one']), headers)).toBe('origin_not_allowed');
  });

  it('refuses the twenty-first wrong key for a time, however it came, and never a right one', () => {
    const door = doorWith(['sk-one']);
    for (let i = 0; i < 10; i++) expect(door.judge(caller({ 'api-key': `sk-${i}` }))).toBe('wrong');
    for (let i = 0; i < 10; i++) door.turnsAway(caller({ ...own, 'api-key': `sk-${i}` }));
    const refused = { status: 429, headers: { 'Retry-After': '60' } };
    expect(door.judge(caller({ 'api-key': 'sk-x' }))).toMatchObject(refused);
    expect(door.turnsAway(caller({ ...own, 'api-key': 'sk-x' }))).toMatchObject(refused);
    expect(door.judge(caller({ 'api-key': 'sk-one' }))).toBe('accepted');
    expect(door.turnsAway(caller({ ...own, 'api-key': 'sk-one' }))).toBeNull();
    expect(door.judge(caller({}))).toBe('missing');
  });
});
