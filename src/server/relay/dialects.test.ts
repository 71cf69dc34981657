import { describe, expect, it } from 'vitest';
import type { SessionKind } from '../observability/observation/observer.ts';
import { callsTarget, hangUpTarget, targetOf } from './dialects.ts';
import type { UpstreamOptions } from './options.ts';
import { settleRelay } from './settle.ts';

function target(upstream: UpstreamOptions, kind: SessionKind = 'realtime', model: string | null = 'm 1') {
  const [settled] = settleRelay('r', { upstreams: [upstream] }).upstreams;
  if (settled === undefined) throw new Error('no upstream');
  return targetOf(settled, { kind, model, headers: { 'x-from': 'client', authorization: 'Bearer client' } });
}

const apiKey = 'sk-up';

describe('an upstream is dialled', () => {
  it.each<[string, UpstreamOptions, string]>([
    ['openai', { kind: 'openai' }, 'wss://api.openai.com/v1/realtime?model=m+1'],
    ['xai', { kind: 'xai' }, 'wss://api.x.ai/v1/realtime?model=m+1'],
    ['generic', { url: 'https://h/v1/realtime?x=1&model=old' }, 'wss://h/v1/realtime?x=1&model=m+1'],
    ['antiphon', { kind: 'antiphon', url: 'ws://h:1/v1/realtime' }, 'ws://h:1/v1/realtime?model=m+1'],
    ['azure', { kind: 'azure', url: 'https://h' }, 'wss://h/openai/v1/realtime?model=m+1'],
    [
      'azure by deployment',
      { kind: 'azure', url: 'https://h/', deployment: 'd' },
      'wss://h/openai/v1/realtime?model=d',
    ],
    [
      'azure-preview',
      { kind: 'azure-preview', url: 'https://h', deployment: 'd', apiVersion: 'v' },
      'wss://h/openai/realtime?api-version=v&deployment=d',
    ],
  ])('%s', (_, upstream, url) => {
    expect(target(upstream).url).toBe(url);
  });

  it.each<[string, UpstreamOptions, string]>([
    ['generic', { url: 'ws://h/v1/realtime' }, 'ws://h/v1/realtime?intent=transcription'],
    ['azure', { kind: 'azure', url: 'https://h' }, 'wss://h/openai/v1/realtime?intent=transcription'],
    [
      'azure-preview',
      { kind: 'azure-preview', url: 'https://h', apiVersion: 'v' },
      'wss://h/openai/realtime?api-version=v&intent=transcription',
    ],
  ])('for a transcription session: %s', (_, upstream, url) => {
    expect(target(upstream, 'transcription', null).url).toBe(url);
  });

  it('for a transcription session of a model with both', () => {
    const { url } = target({ url: 'ws://h/v1/realtime' }, 'transcription');
    expect(url).toBe('ws://h/v1/realtime?model=m+1&intent=transcription');
  });

  it('for a translation session where those are', () => {
    expect(target({ url: 'ws://h/v1/realtime/' }, 'translation').url).toBe('ws://h/v1/realtime/translations?model=m+1');
  });

  it('with its own key in place of whatever the client had, and with its own headers', () => {
    const { headers } = target({ url: 'ws://h', apiKey, headers: { 'X-From': 'file' } });
    expect(headers).toEqual({ 'x-from': 'file', authorization: 'Bearer sk-up' });
    expect(target({ kind: 'azure', url: 'ws://h', apiKey }).headers).toMatchObject({ 'api-key': 'sk-up' });
  });
});

describe('a relay that makes no sense', () => {
  it.each<[UpstreamOptions[], string]>([
    [[], 'The relay r has no upstreams: name at least one.'],
    [[{}], 'The relay r has an upstream without a URL: give generic its url.'],
    [[{ name: 'a', url: 'h' }], 'The relay r has an unusable URL for a: write one such as wss://host/v1/realtime'],
    [[{ url: 'wss://user:secret@h/' }], 'The relay r has an unusable URL for generic'],
    [
      [
        { name: 'a', kind: 'openai' },
        { name: 'a', kind: 'xai' },
      ],
      'The relay r has two upstreams called a: give each a name of its own.',
    ],
  ])('is refused: %j', (upstreams, message) => {
    expect(() => settleRelay('r', { upstreams })).toThrow(message);
  });

  it('names upstreams by their kind, with a number where several are alike', () => {
    const upstreams: UpstreamOptions[] = [{ kind: 'openai' }, { kind: 'xai' }, { kind: 'openai' }];
    expect(settleRelay('r', { upstreams }).upstreams.map(({ name }) => name)).toEqual(['openai-1', 'xai', 'openai-3']);
  });
});

describe('an upstream is asked for a call, joined and told to hang up', () => {
  it.each<[string, UpstreamOptions, string, string | null]>([
    ['openai', { kind: 'openai' }, '://api.openai.com/v1/realtime', 'm'],
    ['generic', { url: 'wss://h/v1/realtime/?x=1&model=old' }, '://h/v1/realtime', 'm'],
    ['azure', { kind: 'azure', url: 'https://h', deployment: 'd', apiKey }, '://h/openai/v1/realtime', 'd'],
  ])('%s', (_, upstream, base, model) => {
    const [settled] = settleRelay('r', { upstreams: [upstream] }).upstreams;
    if (settled === undefined) throw new Error('no upstream');
    const opening = { kind: 'realtime', model: 'm', headers: { 'x-from': 'client' } } as const;
    const call = { ...opening, callId: 'rtc_1' };
    const query = upstream.url?.includes('x=1') === true ? 'x=1&' : '';
    const offered = callsTarget(settled, opening);
    expect(offered).toMatchObject({ url: `https${base}/calls?${query}model=${model}`, model });
    expect(hangUpTarget(settled, call).url).toBe(`https${base}/calls/rtc_1/hangup${query && '?x=1'}`);
    expect(targetOf(settled, call).url).toBe(`wss${base}${query && '/'}?${query}call_id=rtc_1`);
    const headers = { 'x-from': 'client', ...(upstream.kind === 'azure' ? { 'api-key': apiKey } : {}) };
    expect([offered.headers, hangUpTarget(settled, call).headers]).toEqual([headers, headers]);
  });
});
