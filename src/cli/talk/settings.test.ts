import { describe, expect, it } from 'vitest';
import type { TalkFlags } from './flags.ts';
import { readSettings, sessionOf, settingsOf } from './settings.ts';

const endpoint = (url: string | undefined, flags: TalkFlags = {}, environment = {}) =>
  settingsOf(url, flags, environment).endpoint;

const keys = { OPENAI_API_KEY: 'openai', AZURE_OPENAI_API_KEY: 'azure', ANTIPHON_KEY: 'own' };

describe('where antiphon talk connects', () => {
  it('is the server of this machine, unless an address is given', () => {
    expect(endpoint(undefined)).toEqual({ url: 'ws://127.0.0.1:8080/v1/realtime', model: 'gpt-realtime' });
    expect(endpoint('https://host/path', { model: 'm' })).toEqual({ url: 'https://host/path', model: 'm' });
  });

  it('is left as it is where the address says what it is for', () => {
    for (const query of ['model=m', 'call_id=rtc_1', 'intent=transcription']) {
      expect(endpoint(`ws://host/v1/realtime?${query}`)).toEqual({ url: `ws://host/v1/realtime?${query}` });
    }
  });

  it.each([
    ['wss://api.openai.com/v1/realtime', 'openai'],
    ['https://eu.api.openai.com', 'openai'],
    ['ws://api.openai.com/v1/realtime', 'own'],
    ['wss://api.openai.com.evil.example', 'own'],
    ['wss://notapi.openai.com', 'own'],
    ['ws://localhost:8080', 'own'],
  ])('%s gets the key of the variable that is for it: %s', (url, key) => {
    expect(endpoint(url, {}, keys)).toMatchObject({ key });
    expect(endpoint(url, { key: 'flag' }, keys)).toMatchObject({ key: 'flag' });
  });

  it('may be named by its provider', () => {
    expect(endpoint(undefined, { provider: 'openai' }, keys)).toEqual({
      provider: 'openai',
      model: 'gpt-realtime',
      key: 'openai',
    });
    const azure = { provider: 'azure', model: 'deployed', apiVersion: '2025-04-01-preview' } as const;
    for (const resource of ['https://name.openai.azure.com/', 'name.openai.azure.com', 'name']) {
      expect(endpoint(resource, azure, keys)).toEqual({
        ...azure,
        resource: resource === 'name' ? 'name' : 'name.openai.azure.com',
        key: 'azure',
      });
    }
  });

  it('names no model of its own beside a client secret, which brings one', () => {
    expect(endpoint('ws://host', { key: 'ek_1' })).toEqual({ url: 'ws://host/', key: 'ek_1' });
    expect(endpoint(undefined, { provider: 'openai', key: 'ek_1' })).toEqual({ provider: 'openai', key: 'ek_1' });
    expect(endpoint('ws://host', { key: 'ek_1', model: 'm' })).toMatchObject({ model: 'm' });
  });

  it('takes an empty variable as absent', () => {
    expect(endpoint('ws://host', {}, { ANTIPHON_KEY: '' })).not.toHaveProperty('key');
  });
});

describe('the settings of the session', () => {
  const talk = { hasSound: true, hearsTurns: true };
  const format = { type: 'audio/pcm', rate: 24_000 };

  it('ask for PCM both ways, and leave all else to the server', () => {
    expect(sessionOf({}, { type: 'realtime' }, talk)).toEqual({
      type: 'realtime',
      audio: { input: { format }, output: { format } },
    });
  });

  it('ask for text where nobody hears the answers, unless the file says what it wants', () => {
    const mute = { hasSound: false, hearsTurns: true };
    expect(sessionOf({}, { type: 'realtime' }, mute)).toMatchObject({ output_modalities: ['text'] });
    const file = { type: 'realtime', output_modalities: ['audio'] } as const;
    expect(sessionOf({}, { ...file, output_modalities: ['audio'] }, mute)).toMatchObject({
      output_modalities: ['audio'],
    });
  });

  it('turn detection off where a whole file is one turn', () => {
    const file = { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } } as const;
    const settings = sessionOf({}, file, { hasSound: true, hearsTurns: false });
    expect(settings.audio?.input?.turn_detection).toBeNull();
    expect(sessionOf({}, file, talk).audio?.input?.turn_detection).toEqual({ type: 'server_vad' });
  });

  it('join the file and the flags, which win', () => {
    const file = { type: 'realtime', instructions: 'a', audio: { output: { voice: 'ash', speed: 1.2 } } } as const;
    expect(sessionOf({ instructions: 'b', voice: 'cedar' }, file, talk)).toEqual({
      type: 'realtime',
      instructions: 'b',
      audio: { input: { format }, output: { format, voice: 'cedar', speed: 1.2 } },
    });
  });

  it('are read from JSON, of a realtime session only', () => {
    expect(readSettings('{"instructions":"a"}', 's.json')).toEqual({ type: 'realtime', instructions: 'a' });
    for (const text of ['', '[]', 'null', '1', '{"type":"transcription"}']) {
      expect(() => readSettings(text, 's.json')).toThrow(/^s\.json /);
    }
  });
});
