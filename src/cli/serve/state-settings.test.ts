import { describe, expect, it } from 'vitest';
import { stateOf } from './state-settings.ts';

const redis = 'redis://127.0.0.1:6379';
const secret = { ANTIPHON_STATE_SECRET: 's' };

describe('the state that is shared', () => {
  it('is none where nobody names it, whatever else is said of it', () => {
    expect(stateOf({}, secret, {}, undefined)).toBeNull();
    expect(stateOf({}, {}, { state: { secret: 's', when_down: 'refuse' } }, undefined)).toBeNull();
  });

  it('is named by the flag, else by the environment, else by the file, whose other keys hold either way', () => {
    const file = { state: { redis: 'redis://c', prefix: 'p:', secret: 'of the file', when_down: 'refuse' } } as const;
    const rest = { prefix: 'p:', secret: 'of the file', whenDown: 'refuse' };
    const environment = { ANTIPHON_STATE: 'rediss://b' };
    expect(stateOf({ state: 'redis://a' }, environment, file, undefined)).toEqual({ url: 'redis://a', ...rest });
    expect(stateOf({}, environment, file, undefined)).toEqual({ url: 'rediss://b', ...rest });
    expect(stateOf({}, {}, file, undefined)).toEqual({ url: 'redis://c', ...rest });
    expect(stateOf({}, secret, file, undefined)).toEqual({ url: 'redis://c', ...rest, secret: 's' });
  });

  it('says where the others reach this node, by flag, environment or file', () => {
    const [flag, environment, file] = ['http://a:1', 'https://b:1', 'unix:/c'];
    const config = { node: { url: file } };
    const given = { ANTIPHON_NODE_URL: environment, ...secret };
    const of = (...args: Parameters<typeof stateOf>) => stateOf(...args)?.nodeUrl;
    expect(of({ state: redis, nodeUrl: flag }, given, config, '0.0.0.0')).toBe(flag);
    expect(of({ state: redis }, given, config, '0.0.0.0')).toBe(environment);
    expect(of({ state: redis }, secret, config, '0.0.0.0')).toBe(file);
    expect(of({ state: redis }, secret, {}, '127.0.0.1')).toBeUndefined();
    expect(of({ state: redis }, secret, {}, undefined)).toBeUndefined();
  });

  it.each([
    ['without a secret', { state: redis }, {}, undefined, /^Shared state needs a secret .*ANTIPHON_STATE_SECRET\.$/],
    ['on a host that others reach, without an address', { state: redis }, secret, '0.0.0.0', /Give --node-url /],
    ['at what is no Redis', { state: 'http://u:pass@h' }, secret, undefined, /^--state must be an address such as/],
    ['at nothing', {}, { ...secret, ANTIPHON_STATE: 'x' }, undefined, /^ANTIPHON_STATE must be an address such as/],
    ['for a node nowhere', { nodeUrl: 'x' }, {}, undefined, /^--node-url must be a URL .* not "x"\.$/],
    ['for a node with a path', {}, { ANTIPHON_NODE_URL: 'http://a/b' }, undefined, /^ANTIPHON_NODE_URL must be a URL/],
  ])('is refused %s, in one line', (_, flags, environment, host, message) => {
    expect(() => stateOf(flags, environment, {}, host)).toThrow(message);
    expect(() => stateOf(flags, environment, {}, host)).not.toThrow('pass');
  });
});
