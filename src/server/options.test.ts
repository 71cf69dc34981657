import { describe, expect, it } from 'vitest';
import { type ListenOptions, settle } from './options.ts';

const settled = (options: Partial<ListenOptions> = {}) => settle({ models: {}, ...options });

describe('the options of listen', () => {
  it('have defaults', () => {
    expect(settled()).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      keys: [],
      allowedOrigins: [],
      tls: null,
      limits: {
        sessions: 200,
        sessionMinutes: 60,
        frameBytes: 21_000_000,
        bufferedAudioSeconds: 600,
        unsentBytes: 16_000_000,
      },
      betaHeader: 'ignore',
      sendConversationCreated: false,
      deflate: false,
    });
  });

  it('may change one limit and leave the others', () => {
    expect(settled({ limits: { sessions: 3 } }).limits).toMatchObject({ sessions: 3, sessionMinutes: 60 });
  });

  it('let only a loopback host be served without keys', () => {
    expect(() => settled({ host: '0.0.0.0' })).toThrow(
      /^Without API keys only a loopback host can be served, not 0\.0\.0\.0\./,
    );
    expect(settled({ host: '0.0.0.0', auth: { keys: ['sk-1'] } }).host).toBe('0.0.0.0');
    expect(settled({ host: '::1' }).host).toBe('::1');
  });

  it('let no key be empty', () => {
    expect(() => settled({ auth: { keys: ['sk-1', ' '] } })).toThrow('An API key is empty');
  });
});
