import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPrices } from '../../src/cli/config/price-file.ts';
import type { ListenOptions } from '../../src/server/index.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { publishedAsOf, publishedPrices } from '../../src/usage/published-prices.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from './peer.ts';
import { programsOfTest } from './programs.ts';
import { echo, modelThat, serve, type TestServer, textTurn } from './test-server.ts';

type Keys = NonNullable<NonNullable<ListenOptions['auth']>['keys']>;

const acme = { key: 'sk-acme', name: 'acme' };
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const joined = (server: TestServer, key = acme.key, target = server.realtime) =>
  connect(target, { headers: bearer(key) });

function served(keys: Keys, more: Partial<ListenOptions> = {}): Promise<TestServer> {
  return serve({ auth: { keys }, clock: virtualClock(), ...more });
}

async function mint(server: TestServer, session?: object, key = acme.key) {
  const answer = await fetch(`${server.url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(key) },
    body: JSON.stringify(session === undefined ? {} : { session }),
  });
  return { status: answer.status, header: (name: string) => answer.headers.get(name), body: await answer.json() };
}

/** Asks for an answer and waits for it, or for the error that comes in its place. */
async function ask(peer: Peer): Promise<string> {
  const ends = () => peer.events.filter(({ type }) => type === 'rate_limits.updated' || type === 'error');
  const before = ends().length;
  for (const event of textTurn) peer.send(event);
  const end = await until('an answer or an error', () => ends()[before]);
  return end.type === 'error' ? codeOf(end) : 'answered';
}

function codeOf({ error }: { readonly error?: unknown }): string {
  return typeof error === 'object' && error !== null ? String(Reflect.get(error, 'code')) : '';
}

async function turnedAway(peer: Peer): Promise<string> {
  const { code } = await peer.closed();
  return `${codeOf(await peer.event('error'))} ${code}`;
}

/** A model whose every response has read a thousand tokens of text. */
const costly = modelThat(() => [
  { type: 'text', text: 'Hi' },
  {
    type: 'end',
    usage: { total_tokens: 1000, input_tokens: 1000, output_tokens: 0, input_token_details: { text_tokens: 1000 } },
  },
]);

describe('a key with limits', () => {
  it('is refused its third response of a minute, on whichever of its sessions, and others are not', async () => {
    const server = await served([{ ...acme, limits: { requestsPerMinute: 2 } }, 'sk-other']);
    const [one, two, other] = await Promise.all([joined(server), joined(server), joined(server, 'sk-other')]);
    expect([await ask(one), await ask(two), await ask(one), await ask(two)]).toEqual([
      'answered',
      'answered',
      'rate_limit_exceeded',
      'rate_limit_exceeded',
    ]);
    expect([await ask(other), await ask(other), await ask(other)]).toEqual(['answered', 'answered', 'answered']);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('antiphon_limit_refusals_total{limit="requests"} 2\n');
    expect(metrics).toContain('antiphon_key_sessions{key="acme"} 2\n');
  });

  it('has so many sessions at a time', async () => {
    const server = await served([{ ...acme, sessions: 1 }]);
    const first = await joined(server);
    await first.event('session.created');
    expect(await turnedAway(await joined(server))).toBe('session_limit_reached 1013');
    first.socket.close();
    await until('the first session to be over', async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return metrics.includes('antiphon_key_sessions{key="acme"} 0\n') || undefined;
    });
    expect(await (await joined(server)).event('session.created')).toBeTruthy();
  });

  it('opens no model but its own, and sees no other', async () => {
    const server = await served([{ ...acme, models: ['mine'] }, 'sk-all'], { models: { echo, mine: echo } });
    expect(await turnedAway(await joined(server))).toBe('invalid_model 4000');
    expect((await mint(server, { type: 'realtime', model: 'echo' })).body.error).toMatchObject({
      code: 'invalid_model',
    });
    expect((await mint(server, { type: 'realtime', model: 'mine' })).status).toBe(200);
    const names = async (key: string) => {
      const answer = await fetch(`${server.url}/v1/models`, { headers: bearer(key) });
      return (await answer.json()).data.map(({ id }: { readonly id: string }) => id);
    };
    expect([await names('sk-acme'), await names('sk-all')]).toEqual([['mine'], ['echo', 'mine']]);
    const mine = await joined(server, acme.key, `${server.ws}/v1/realtime?model=mine`);
    expect(await mine.event('session.created')).toBeTruthy();
  });

  it('lends its limits to the client secrets that were made with it', async () => {
    const server = await served([{ ...acme, limits: { requestsPerMinute: 3, tokensPerMinute: 50_000 }, sessions: 1 }]);
    const made = await mint(server);
    expect(made.status).toBe(200);
    expect(made.header('x-ratelimit-limit-requests')).toBe('3');
    expect(made.header('x-ratelimit-remaining-requests')).toBe('2');
    expect(made.header('x-ratelimit-reset-requests')).toBe('60s');
    expect(made.header('x-ratelimit-remaining-tokens')).toBe('50000');
    const peer = await joined(server, made.body.value);
    expect([await ask(peer), await ask(peer), await ask(peer)]).toEqual([
      'answered',
      'answered',
      'rate_limit_exceeded',
    ]);
    expect(await turnedAway(await joined(server))).toBe('session_limit_reached 1013');
    const refused = await mint(server);
    expect([refused.status, refused.header('retry-after'), refused.header('x-ratelimit-remaining-requests')]).toEqual([
      429,
      '60',
      '0',
    ]);
    expect(refused.body).toEqual({
      error: {
        message: 'Rate limit reached for requests per minute. Please try again in 60s.',
        type: 'rate_limit_error',
        param: null,
        code: 'rate_limit_exceeded',
      },
    });
  });

  it('with its budget used up has its sessions end, and gets no other and no secret before the next day', async () => {
    const clock = virtualClock(Date.UTC(2026, 0, 1, 23, 59));
    const server = await served([{ ...acme, budget: { usd: 0.001, per: 'day' } }], {
      clock,
      models: { echo: costly },
      prices: { echo: { input: { text: 1 }, output: { text: 1 } } },
    });
    const [one, other] = await Promise.all([joined(server), joined(server)]);
    for (const event of textTurn) one.send(event);
    expect(await turnedAway(one)).toBe('insufficient_quota 1008');
    expect(one.events.slice(-3).map(({ type }) => type)).toEqual(['response.done', 'rate_limits.updated', 'error']);
    expect(await turnedAway(other)).toBe('insufficient_quota 1008');
    expect(await turnedAway(await joined(server))).toBe('insufficient_quota 1008');
    const refused = await mint(server);
    expect([refused.status, refused.header('retry-after'), refused.body.error.code]).toEqual([
      429,
      '60',
      'insufficient_quota',
    ]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('antiphon_cost_usd_total{model="echo",key="acme"} 0.001\n');
    clock.advance(60_000);
    expect(await (await joined(server)).event('session.created')).toBeTruthy();
  });

  it('keeps what it has used when the options change, and a session its cap of minutes', async () => {
    const key = { ...acme, limits: { requestsPerMinute: 1 }, session: { minutes: 1 } };
    const clock = virtualClock();
    const server = await served([key], { clock });
    expect(await ask(await joined(server))).toBe('answered');
    server.reload({ models: { echo }, auth: { keys: [key] } });
    const peer = await joined(server);
    expect(await ask(peer)).toBe('rate_limit_exceeded');
    clock.advance(60_000);
    expect(await peer.closed()).toMatchObject({ code: 1001, reason: 'invalid_request_error.session_expired' });
  });

  it.each<[Keys, string]>([
    [[acme, { ...acme, name: 'other' }], 'The API key named acme is listed twice.'],
    [[acme, { key: 'sk-2', name: 'acme' }], 'Two API keys are named acme.'],
  ])('stands once in the list', async (keys, message) => {
    await expect(serve({ auth: { keys } })).rejects.toThrow(message);
  });
});

const { run, ended } = programsOfTest();

const configuration = (keys: string, more = ''): string =>
  `port: 0\nauth: { keys: [${keys}] }\n${more}models: { echo: { speech_to_speech: echo } }\n`;

describe('the configuration file', () => {
  it('gives keys limits and models prices, and the log says what budgets can not keep', async () => {
    const keys = '{ key: sk-acme, name: acme, limits: { requests_per_minute: 1 }, budget: { usd: 1, per: month } }';
    const folder = folderWith({ 'antiphon.yaml': configuration(keys) });
    const program = run(['serve'], { folder });
    const url = await program.url();
    const peer = await connect(`${url.replace('http', 'ws')}/v1/realtime?model=echo`, { headers: bearer('sk-acme') });
    expect([await ask(peer), await ask(peer)]).toEqual(['answered', 'rate_limit_exceeded']);
    await until('the warnings', () => program.stderr().includes('budgets begin anew') || undefined);
    expect(program.stderr()).toContain('the key acme has a budget and may ask for models without a price');
  });

  it('is told line by line what is wrong with keys and prices', async () => {
    const prices = 'echo:\n  input: { audio: 4 }\n';
    const folder = folderWith({
      'wrong.yaml': configuration('{ name: acme, limits: { requests_per_minute: 0 } }'),
      'antiphon.yaml': configuration('{ key: sk-1, budget: { usd: 5, per: day } }', 'prices: ./prices.yaml\n'),
      'prices.yaml': prices,
    });
    expect((await ended(['check-config', 'wrong.yaml'], { folder })).stderr).toBe(
      [
        'wrong.yaml:2: auth.keys.0.key must be an API key\n',
        'wrong.yaml:2: auth.keys.0.limits.requests_per_minute must be a whole number from 1 to 1000000000\n',
      ].join(''),
    );
    expect((await ended(['check-config'], { folder })).stderr).toBe(
      './prices.yaml:2: echo.input.text must be a price in US dollars\n',
    );
  });
});

describe('docs/limits.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/limits.md'), 'utf8');

  it('shows the prices that are built in, and from when they are', () => {
    expect(page).toContain(`as published in ${publishedAsOf}`);
    const rows = [...page.matchAll(/^\| `(\S+)` \| (.*?) \| (.*?) ?\| (.*?) ?\|$/gm)];
    const list = (prices: object | undefined) => Object.values(prices ?? {}).join(', ');
    const shown = Object.entries(publishedPrices).map(([name, { input, cached, output, minute }]) =>
      minute === undefined ? [name, list(input), list(cached), list(output)] : [name, `${minute} a minute`, '', ''],
    );
    expect(rows.map((row) => row.slice(1)).toSorted()).toEqual(shown.toSorted());
  });

  it('shows a file of prices that can be read', () => {
    const [, prices = ''] = /```yaml prices.yaml\n([\s\S]*?)```/.exec(page) ?? [];
    expect(readPrices(prices, 'prices.yaml')).toMatchObject({ assistant: { cached: { audio: 0.4 } } });
  });
});
