import { describe, expect, it } from 'vitest';
import { type EndpointOptions, endpointInBrowser, endpointWithHeaders } from './endpoint.ts';

const withHeaders = (options: EndpointOptions, key?: string) => endpointWithHeaders(options, key);
const inBrowser = (options: EndpointOptions, key?: string) => endpointInBrowser(options, key);

describe('an address', () => {
  it.each([
    [{ url: 'http://127.0.0.1:8080', model: 'echo' }, 'ws://127.0.0.1:8080/v1/realtime?model=echo'],
    [{ url: 'https://voice.example/', model: 'a b' }, 'wss://voice.example/v1/realtime?model=a+b'],
    [{ url: 'wss://voice.example/custom/path?x=1' }, 'wss://voice.example/custom/path?x=1'],
    [{ url: new URL('https://voice.example/v1/realtime?model=a') }, 'wss://voice.example/v1/realtime?model=a'],
    [{ url: 'http://h/v1', model: 'm' }, 'ws://h/v1/realtime?model=m'],
    [{ url: 'https://voice.example/v1/' }, 'wss://voice.example/v1/realtime'],
    [{ url: 'https://mine.example/openai/v1?x=1' }, 'wss://mine.example/openai/v1/realtime?x=1'],
    [{ url: 'HTTP://h/v1/realtime' }, 'ws://h/v1/realtime'],
    [{ url: '127.0.0.1:8080', model: 'm' }, 'ws://127.0.0.1:8080/v1/realtime?model=m'],
    [{ url: '127.0.0.1:443' }, 'ws://127.0.0.1:443/v1/realtime'],
    [{ url: 'localhost:8080' }, 'ws://localhost:8080/v1/realtime'],
    [{ url: new URL('localhost:8080/v1') }, 'ws://localhost:8080/v1/realtime'],
    [{ url: 'app.localhost:8080' }, 'ws://app.localhost:8080/v1/realtime'],
    [{ url: '[::1]:8080' }, 'ws://[::1]:8080/v1/realtime'],
    [{ url: '10.0.0.5/v1?x=1#top' }, 'ws://10.0.0.5/v1/realtime?x=1'],
    [{ url: 'host/v1' }, 'ws://host/v1/realtime'],
    [{ url: 'voice.example/v1/?x=http://a/v1' }, 'wss://voice.example/v1/realtime?x=http://a/v1'],
    [{ url: 'voice.example:8443?model=m' }, 'wss://voice.example:8443/v1/realtime?model=m'],
    [{ url: 'user:word@voice.example' }, 'wss://user:word@voice.example/v1/realtime'],
    [{ url: 'wss://voice.example/v1beta/' }, 'wss://voice.example/v1beta/'],
    [{ url: 'ws://h/v1/realtime', callId: 'rtc_1' }, 'ws://h/v1/realtime?call_id=rtc_1'],
    [{ url: 'ws://h/v1/realtime', intent: 'transcription' as const }, 'ws://h/v1/realtime?intent=transcription'],
    [{ provider: 'openai' as const, model: 'gpt-realtime' }, 'wss://api.openai.com/v1/realtime?model=gpt-realtime'],
    [
      { provider: 'azure' as const, resource: 'mine', model: 'deployed' },
      'wss://mine.openai.azure.com/openai/v1/realtime?model=deployed',
    ],
    [
      { provider: 'azure' as const, resource: 'https://mine.cognitiveservices.azure.com', model: 'deployed' },
      'wss://mine.cognitiveservices.azure.com/openai/v1/realtime?model=deployed',
    ],
    [
      { provider: 'azure' as const, resource: 'mine', model: 'deployed', apiVersion: '2025-04-01-preview' },
      'wss://mine.openai.azure.com/openai/realtime?api-version=2025-04-01-preview&deployment=deployed',
    ],
  ])('of %j is %s', (options, url) => {
    expect(withHeaders(options).url).toBe(url);
    expect(inBrowser(options).url).toBe(url);
  });

  it.each([
    [{}, 'Give a url, a provider or a wire.'],
    [{ url: 'nowhere at all' }, 'This is no address: nowhere at all'],
    [{ url: '' }, 'This is no address: '],
    [{ url: '/v1/realtime' }, 'This is no address: /v1/realtime'],
    [{ url: 'ftp://voice.example/v1' }, 'This is no address: ftp://voice.example/v1'],
    [{ provider: 'openai' as const }, 'Give exactly one of model, callId and intent.'],
    [{ provider: 'openai' as const, model: 'a', callId: 'b' }, 'Give exactly one of model, callId and intent.'],
    [{ url: 'ws://h', model: 'a', intent: 'transcription' as const }, 'Give exactly one of model, callId and intent.'],
  ])('can not be made of %j', (options, message) => {
    expect(() => withHeaders(options)).toThrow(expect.objectContaining({ code: 'invalid_options', message }));
  });
});

describe('a key', () => {
  it('is a bearer token, also where it is a client secret', () => {
    expect(withHeaders({ url: 'ws://h' }, 'sk-1').headers).toEqual({ Authorization: 'Bearer sk-1' });
    expect(withHeaders({ url: 'ws://h' }).headers).toEqual({});
    const azure = { provider: 'azure', resource: 'mine', model: 'm' } as const;
    expect(withHeaders(azure, 'abc').headers).toEqual({ 'api-key': 'abc' });
    expect(withHeaders(azure, 'ek_1').headers).toEqual({ Authorization: 'Bearer ek_1' });
    const entra = { ...azure, auth: 'bearer' } as const;
    expect(withHeaders(entra, 'token').headers).toEqual({ Authorization: 'Bearer token' });
  });

  it('goes with the account, and with headers of the caller, which win', () => {
    const options = { provider: 'openai', model: 'm', organization: 'org-1', project: 'proj_1' } as const;
    expect(withHeaders({ ...options, headers: { Authorization: 'Mine', 'X-A': 'b' } }, 'sk-1')).toMatchObject({
      headers: {
        Authorization: 'Mine',
        'OpenAI-Organization': 'org-1',
        'OpenAI-Project': 'proj_1',
        'X-A': 'b',
      },
      protocols: [],
    });
  });

  it('is a subprotocol in a browser', () => {
    const options = { provider: 'openai', model: 'm', organization: 'org-1', project: 'proj_1' } as const;
    expect(inBrowser({ ...options, protocols: ['mine'] }, 'ek_1')).toMatchObject({
      headers: {},
      protocols: [
        'realtime',
        'openai-insecure-api-key.ek_1',
        'openai-organization.org-1',
        'openai-project.proj_1',
        'mine',
      ],
    });
    // A server that knows no key need not know subprotocols.
    expect(inBrowser({ url: 'ws://h' }).protocols).toEqual([]);
  });

  it('of Azure is a part of the address in a browser', () => {
    const azure = { provider: 'azure', resource: 'mine', model: 'm' } as const;
    expect(inBrowser(azure, 'abc')).toEqual({
      url: 'wss://mine.openai.azure.com/openai/v1/realtime?model=m&api-key=abc',
      headers: {},
      protocols: [],
    });
  });

  it('that a browser can not send is refused, and so are headers', () => {
    const invalid = expect.objectContaining({ code: 'invalid_options' });
    expect(() => inBrowser({ url: 'ws://h' }, 'a,b')).toThrow(invalid);
    expect(() => inBrowser({ url: 'ws://h' }, 'a b')).toThrow(invalid);
    expect(() => inBrowser({ url: 'ws://h', headers: { 'X-A': 'b' } })).toThrow(invalid);
  });
});
