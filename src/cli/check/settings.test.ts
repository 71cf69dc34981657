import { describe, expect, it } from 'vitest';
import { profiles } from '../../check/check.ts';
import { costLine } from '../../check/cost.ts';
import { SetupError } from '../../server/setup-error.ts';
import { mayBegin } from './consent.ts';
import type { ConformanceFlags } from './flags.ts';
import { expectationsIn, selectionOf, settingsOf } from './settings.ts';

const local = 'ws://127.0.0.1:1';

describe('a command line that makes no sense', () => {
  it.each<[string | undefined, ConformanceFlags, string]>([
    [undefined, {}, 'Name the endpoint: antiphon check ws://127.0.0.1:8080/v1/realtime'],
    ['host:80', {}, '"host:80" is no address such as ws://127.0.0.1:8080/v1/realtime.'],
    [local, { profile: 'cores' }, 'No profile is called cores. There are core, '],
    [local, { only: ['nothing'] }, 'No rule is called nothing'],
    [local, { tries: '0' }, '--tries must be a number above 0, not "0".'],
    [local, { concurrency: '1.5' }, '--concurrency must be a whole number, not "1.5".'],
    [local, { timeout: 'soon' }, '--timeout must be a number above 0, not "soon".'],
    [local, { header: ['x'] }, '--header must be \'NAME: VALUE\', not "x".'],
    [local, { query: ['x'] }, '--query must be K=V, not "x".'],
    [local, { expect: 'none.yaml' }, "Can't read none.yaml: there is no such file."],
  ])('is told so: %s %j', async (url, flags, message) => {
    const error: unknown = await settingsOf(url, flags).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(SetupError);
    expect(String(error)).toContain(message);
  });

  it('has expectations that name no rule, or give no reason', () => {
    expect(() => expectationsIn('core.item/none: x', 'f.yaml')).toThrow('f.yaml: no rule is called core.item/none.');
    expect(() => expectationsIn('core.item/create:', 'f.yaml')).toThrow('f.yaml: give core.item/create a reason.');
    expect(() => expectationsIn('- x', 'f.yaml')).toThrow('f.yaml holds no lines such as id: reason.');
    expect(() => expectationsIn('a: b: c', 'f.yaml')).toThrow('f.yaml is no YAML: ');
  });
});

describe('an endpoint', () => {
  it('has the usual path and model where none is given, and is shown as it was given', async () => {
    const { network, url, command } = await settingsOf('http://host', { model: 'mine', header: ['api-key: secret'] });
    expect([network.url.href, network.query, network.headers]).toEqual([
      'http://host/v1/realtime',
      { model: 'mine' },
      { 'api-key': 'secret' },
    ]);
    expect([url, command]).toEqual(['http://host/', "antiphon check http://host --model mine --header 'api-key: …'"]);
  });

  it('keeps what its address asks for', async () => {
    const { network } = await settingsOf('wss://host/openai/v1/realtime?model=voice&x=1', {});
    expect([network.url.href, network.query]).toEqual(['wss://host/openai/v1/realtime', { model: 'voice', x: '1' }]);
    expect((await settingsOf('ws://host', {})).network.query).toEqual({ model: 'gpt-realtime' });
  });
});

describe('the profile full', () => {
  it('is all of them', () => {
    expect(selectionOf({ profile: 'full' }).checks).toEqual(selectionOf({}).checks);
    expect(new Set(selectionOf({ profile: 'full' }).checks.map(({ profile }) => profile))).toEqual(new Set(profiles));
  });
});

describe('an endpoint that somebody may bill for', () => {
  it('is asked for nothing before that is allowed, and is told of what it will be', async () => {
    const settings = await settingsOf('wss://api.openai.com/v1/realtime', {});
    const cost = costLine(settings.checks, 'gpt-realtime');
    await expect(mayBegin(settings, false)).rejects.toThrow(
      `api.openai.com may bill for this: ${cost} Say --yes if that is meant.`,
    );
    expect(await mayBegin(settings, true)).toBe(true);
  });

  it('is none on this machine, and none that is asked for no answer', async () => {
    expect(await mayBegin(await settingsOf(local, {}), false)).toBe(true);
    const secrets = await settingsOf('wss://api.openai.com/v1/realtime', { profile: 'secrets,resume' });
    expect(await mayBegin(secrets, false)).toBe(true);
  });
});
