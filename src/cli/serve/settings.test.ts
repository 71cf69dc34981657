import { describe, expect, it } from 'vitest';
import type { ConfigFile } from '../config/schema.ts';
import { type ServeFlags, settingsOf } from './settings.ts';

const settings = (flags: ServeFlags, environment: Record<string, string> = {}, values: ConfigFile = {}) =>
  settingsOf(
    flags,
    environment,
    { name: 'antiphon.yaml', folder: '/etc/antiphon', values, placeOf, conceal },
    '/home/me',
  );
const placeOf = (): string => 'antiphon.yaml:1';
const conceal = (text: string): string => text;

describe('what serve is told', () => {
  it('leaves everything to the server where nothing is said', () => {
    expect(settingsOf({}, {}, null, '/home/me')).toEqual({
      keys: [],
      adminKeys: [],
      prices: null,
      allowedOrigins: [],
      allowedHosts: [],
      tls: null,
      limits: {},
      resume: {},
      webrtc: {},
      state: null,
      deflate: false,
      console: true,
      logLevel: 'info',
      logTranscripts: false,
      models: { from: 'nothing' },
      record: null,
      file: null,
      conceal: expect.any(Function),
    });
  });

  it('records into the folder of the flag, relative to where it was started, else into that of the file', () => {
    const file: ConfigFile = {
      record: { dir: 'takes', sample: 0.5, when: 'error', keep_days: 3, max_mb: 9, redact: ['audio'] },
    };
    const kept = { sample: 0.5, when: 'error', keepDays: 3, maxMb: 9, redact: ['audio'] };
    expect(settings({}, {}, file).record).toEqual({ ...kept, dir: { folder: '/etc/antiphon', path: 'takes' } });
    const flagged = settings({ record: 'mine' }, {}, file).record;
    expect(flagged).toEqual({ ...kept, dir: { folder: '/home/me', path: 'mine' } });
  });

  it('plays takes in place of all models', () => {
    const flags = { replay: 'a.take', match: 'loose', speed: 'max' } as const;
    const file = { folder: '/home/me', path: 'a.take' };
    expect(settingsOf(flags, {}, null, '/home/me').models).toEqual({
      from: 'replay',
      file,
      match: 'loose',
      speed: Infinity,
    });
    const usual = settingsOf({ replay: 'a.take' }, {}, null, '/home/me').models;
    expect(usual).toEqual({ from: 'replay', file, match: 'order', speed: 1 });
  });

  it.each([
    ['host', { host: 'a' }, { ANTIPHON_HOST: 'b' }, { host: 'c' }, 'a', 'b', 'c'],
    ['port', { port: '1' }, { ANTIPHON_PORT: '2' }, { port: 3 }, 1, 2, 3],
    [
      'logLevel',
      { logLevel: 'warn' },
      { ANTIPHON_LOG_LEVEL: 'error' },
      { log: { level: 'debug' } },
      'warn',
      'error',
      'debug',
    ],
    ['keys', { apiKey: ['a'] }, { ANTIPHON_API_KEYS: 'b, c,' }, { auth: { keys: ['d'] } }, ['a'], ['b', 'c'], ['d']],
  ] as const)(
    'takes %s from the flag, else from the environment, else from the file',
    (name, flags, environment, file, ...results) => {
      expect(settings(flags, environment, file as ConfigFile)[name]).toEqual(results[0]);
      expect(settings({}, environment, file as ConfigFile)[name]).toEqual(results[1]);
      expect(settings({}, {}, file as ConfigFile)[name]).toEqual(results[2]);
    },
  );

  it('counts an empty environment variable as absent', () => {
    const empty = { ANTIPHON_HOST: '', ANTIPHON_PORT: '', ANTIPHON_API_KEYS: '', ANTIPHON_LOG_LEVEL: '' };
    expect(settings({}, empty, { host: 'c', port: 3, auth: { keys: ['d'] } })).toMatchObject({
      host: 'c',
      port: 3,
      keys: ['d'],
    });
  });

  it.each<[string, ServeFlags, Record<string, string>, object]>([
    [
      'flags',
      { udpPort: '1', publicIp: ['192.0.2.1'] },
      { ANTIPHON_UDP_PORT: '2' },
      { udpPort: 1, publicIp: ['192.0.2.1'] },
    ],
    [
      'the environment',
      {},
      { ANTIPHON_UDP_PORT: '2', ANTIPHON_PUBLIC_IP: '192.0.2.2, 2001:db8::2' },
      { udpPort: 2, publicIp: ['192.0.2.2', '2001:db8::2'] },
    ],
    ['the file', {}, {}, { udpPort: 3, publicIp: ['192.0.2.3'] }],
  ])('takes from %s where calls are reached', (_, flags, environment, webrtc) => {
    const file = { webrtc: { udp_port: 3, public_ip: ['192.0.2.3'], ice_servers: [{ urls: 'stun:a.example' }] } };
    expect(settings(flags, environment, file).webrtc).toEqual({ ...webrtc, iceServers: [{ urls: 'stun:a.example' }] });
  });

  it('takes the rest from the file', () => {
    const file: ConfigFile = {
      auth: { allowed_origins: ['https://a.example'] },
      limits: { sessions: 1, session_minutes: 2, frame_bytes: 3, buffered_audio_seconds: 4, unsent_bytes: 5 },
      compatibility: { beta_header: 'strict', send_conversation_created: true },
    };
    expect(settings({}, {}, file)).toMatchObject({
      allowedOrigins: ['https://a.example'],
      limits: { sessions: 1, sessionMinutes: 2, frameBytes: 3, bufferedAudioSeconds: 4, unsentBytes: 5 },
      betaHeader: 'strict',
      sendConversationCreated: true,
    });
    expect(settings({ betaHeader: 'ignore' }, {}, file).betaHeader).toBe('ignore');
  });

  it('looks for files named by flags where it was started, and for those named in the file beside that', () => {
    const file: ConfigFile = { tls: { cert: 'c.pem', key: 'k.pem' }, models: { a: { scenario: 's.yaml' } } };
    expect(settings({}, {}, file).tls?.cert).toEqual({ folder: '/etc/antiphon', path: 'c.pem' });
    expect(settings({}, {}, file).models).toMatchObject({ from: 'file', models: { folder: '/etc/antiphon' } });
    expect(settings({ tlsCert: 'x.pem', tlsKey: 'y.pem' }, {}, file).tls?.key).toEqual({
      folder: '/home/me',
      path: 'y.pem',
    });
    expect(settings({ scenario: 't.yaml' }, {}, file).models).toEqual({
      from: 'scenario',
      file: { folder: '/home/me', path: 't.yaml' },
    });
  });

  it('serves the preset that is asked for, else the models of the file, else what a key of OpenAI can pay for', () => {
    const file: ConfigFile = { models: { a: { scenario: 's.yaml' } } };
    const key = { OPENAI_API_KEY: 'sk-1' };
    expect(settings({ preset: 'ollama' }, key, file).models).toEqual({ from: 'preset', preset: 'ollama', asked: true });
    expect(settings({}, key, file).models.from).toBe('file');
    expect(settings({}, key).models).toEqual({ from: 'preset', preset: 'openai', asked: false });
    expect(settings({}, { OPENAI_API_KEY: '' }).models).toEqual({ from: 'nothing' });
  });

  it.each([
    [{ port: 'many' }, {}, '--port must be a whole number from 0 to 65535, not "many".'],
    [{ port: '65536' }, {}, '--port must be a whole number from 0 to 65535, not "65536".'],
    [{ port: '-1' }, {}, '--port must be a whole number from 0 to 65535, not "-1".'],
    [{ udpPort: '70000' }, {}, '--udp-port must be a whole number from 0 to 65535, not "70000".'],
    [{}, { ANTIPHON_UDP_PORT: 'x' }, 'ANTIPHON_UDP_PORT must be a whole number from 0 to 65535, not "x".'],
    [{ publicIp: ['here'] }, {}, '--public-ip must be an address such as 203.0.113.7 or 2001:db8::7, not "here".'],
    [
      {},
      { ANTIPHON_PUBLIC_IP: '192.0.2.1,1.2.3' },
      'ANTIPHON_PUBLIC_IP must be an address such as 203.0.113.7 or 2001:db8::7, not "1.2.3".',
    ],
    [{}, { ANTIPHON_PORT: '80a' }, 'ANTIPHON_PORT must be a whole number from 0 to 65535, not "80a".'],
    [
      { logLevel: 'loud' },
      {},
      '--log-level must be one of trace, debug, info, warn, error, fatal, silent, not "loud".',
    ],
    [{ tlsCert: 'c.pem' }, {}, '--tls-cert needs --tls-key as well.'],
    [{ tlsKey: 'k.pem' }, {}, '--tls-key needs --tls-cert as well.'],
    [{ scenario: 's.yaml', preset: 'openai' as const }, {}, '--scenario and --preset exclude each other.'],
  ])('refuses %j %j', (flags, environment, message) => {
    expect(() => settings(flags, environment)).toThrow(message);
  });
});
