import { describe, expect, it } from 'vitest';
import { hostRule, isLoopbackHost, isOwnAddress, originRule } from './origin.ts';

describe('the origins that may use the server', () => {
  const accepts = originRule(['https://app.example', 'tauri://App']);

  it.each([
    null,
    'https://app.example',
    'HTTPS://APP.EXAMPLE',
    'tauri://app',
    'http://localhost:3000',
    'https://console.localhost',
    'http://127.0.0.1:8080',
    'http://127.9.9.9',
    'http://[::1]:5173',
  ])('include %s', (origin) => {
    expect(accepts(origin)).toBe(true);
  });

  it.each([
    'https://evil.example',
    'http://app.example',
    'https://app.example:8443',
    'https://app.example.evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'null',
    '',
    'file://localhost',
    'not an origin',
  ])('leave out %j', (origin) => {
    expect(accepts(origin)).toBe(false);
  });
});

describe('a loopback host', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', 'LocalHost', '::1', '[::1]', 'a.localhost'])('is %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '192.168.1.4', 'example.com', '127.0.0.1.example.com', ''])('is not %j', (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  });
});

describe('the names under which a server without keys may be asked', () => {
  const accepts = hostRule(['Voice.example', '::2', '192.0.2.1']);

  it.each([
    null,
    'localhost',
    'LOCALHOST:8080',
    'a.localhost:1',
    '127.0.0.1:8080',
    '127.1',
    '[::1]:8080',
    'voice.example',
    'VOICE.example:9000',
    '[::2]:80',
    '192.0.2.1:80',
  ])('include %s', (host) => {
    expect(accepts(host)).toBe(true);
  });

  it.each([
    'evil.example',
    'voice.example.evil.example',
    '[::3]',
    '0.0.0.0',
    '',
    ':80',
    'a@localhost',
    'localhost/x',
    'a b',
  ])('leave out %j', (host) => {
    expect(accepts(host)).toBe(false);
  });
});

describe('the server’s own address as origin', () => {
  it.each([
    ['http://a.example:8080', 'a.example:8080'],
    ['HTTP://A.example:8080', 'a.EXAMPLE:8080'],
    ['http://a.example', 'a.example:80'],
    ['https://a.example', 'a.example'],
    ['https://a.example:443', 'a.example'],
    ['http://[::2]:1', '[::2]:1'],
  ])('is %s for Host %s', (origin, host) => {
    expect(isOwnAddress(origin, host)).toBe(true);
  });

  it.each([
    ['http://a.example:8081', 'a.example:8080'],
    ['https://a.example', 'a.example:80'],
    ['http://b.example', 'a.example'],
    ['http://a.example/path', 'a.example'],
    ['http://x@a.example', 'a.example'],
    ['null', 'null'],
    ['file://a.example', 'a.example'],
    ['a.example', 'a.example'],
    ['http://a.example', 'x@a.example'],
  ])('is not %s for Host %s', (origin, host) => {
    expect(isOwnAddress(origin, host)).toBe(false);
  });
});
