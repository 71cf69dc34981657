import { describe, expect, it } from 'vitest';
import { isLoopbackHost, originRule } from './origin.ts';

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
