import { describe, expect, it } from 'vitest';
import { isPrivateHost } from './host.ts';

describe('a host', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.178.20',
    '[fd00::1]',
    'server',
    'gpu.local',
    'realtime.default.svc.cluster.internal',
  ])('%s is of a private network', (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  it.each([
    'api.openai.com',
    '8.8.8.8',
    '172.32.0.1',
    '[2606:4700::1]',
    'localhost.example.com',
    'me.openai.azure.com',
  ])('%s may be billed for', (host) => {
    expect(isPrivateHost(host)).toBe(false);
  });
});
