import { describe, expect, it } from 'vitest';
import { type EndpointOptions, openaiLanguageModel, openaiTranscriber } from '../../../src/engines/index.ts';
import { never, pull } from '../turn.ts';
import type { Fault } from './answering-server.ts';
import { chatServer } from './chat-server.ts';
import { apiKey, engines, failing, soon, status } from './every-engine.ts';
import { serversOfTest } from './open-servers.ts';
import { makeQuestion } from './question.ts';

const open = serversOfTest();
const [chat] = engines;

describe('advice', () => {
  async function messageOf(fault: Fault): Promise<string> {
    const { error, host } = await failing(chat, [fault], open);
    return error?.message.replace(host, 'HOST') ?? '';
  }

  it('is given for each refusal', async () => {
    expect(
      await messageOf(status(404, { body: '{"error":{"message":"model \\"m\\" not found, try pulling it first"}}' })),
    ).toBe(
      'The language model at HOST knows no such address or model (status 404). Check its base URL and the name of the model: model "m" not found, try pulling it first.',
    );
    expect(await messageOf(status(401))).toBe(
      'The language model at HOST refused the request for want of the right API key (status 401). Check the key that it is given.',
    );
    expect(await messageOf(status(301, { headers: { location: 'https://example.com/v1?key=1' } }))).toBe(
      'The language model at HOST sends on to https://example.com (status 301). Make that its base URL.',
    );
    expect(await messageOf(status(400, { body: '<html>Bad</html>' }))).toBe(
      'The language model at HOST did not accept the request (status 400), with a web page.',
    );
  });

  it('quotes no more than two hundred characters', async () => {
    const message = await messageOf(status(400, { body: 'x'.repeat(100_000) }));
    expect(message.length).toBeLessThan(300);
  });
});

describe('pauses between tries', () => {
  async function pausesFor(faults: readonly Fault[], options: Partial<EndpointOptions> = {}) {
    const timing = soon(options.timing?.random());
    const { server } = await failing(chat, faults, open, { ...options, timing });
    return { paused: timing.paused, tries: server.requests.length };
  }

  it('are a quarter of a second, half a second and so on, four at most', async () => {
    const { paused } = await pausesFor(Array<Fault>(7).fill(status(500)), { retries: 7 });
    expect(paused).toEqual([250, 500, 1000, 2000, 4000, 4000, 4000]);
  });

  it('are shorter by chance, up to a half', async () => {
    const { paused } = await pausesFor([status(500), status(500)], { timing: soon(0.999) });
    expect(paused).toEqual([125, 250]);
  });

  it('are until the date that the server gives, by its own clock', async () => {
    const headers = { date: 'Sat, 01 Jan 2000 00:00:00 GMT', 'retry-after': 'Sat, 01 Jan 2000 00:00:07 GMT' };
    expect((await pausesFor([status(503, { headers })])).paused).toEqual([7000]);
  });

  it('are not made where the server wants more than ten seconds, or the quota is used up', async () => {
    expect((await pausesFor([status(429, { headers: { 'retry-after': '11' } })])).tries).toBe(1);
    const body = '{"error":{"code":"insufficient_quota","message":"You exceeded your quota."}}';
    expect((await pausesFor([status(429, { body })])).tries).toBe(1);
  });

  it('are as many as the options allow', async () => {
    expect((await pausesFor(Array<Fault>(3).fill(status(500)), { retries: 0 })).tries).toBe(1);
  });
});

describe('a connection', () => {
  it('that was warmed is used by the next request, and by those after it', async () => {
    const server = await open(chatServer(() => ({ text: ['ok'] })));
    const model = openaiLanguageModel({ baseUrl: server.url, model: 'm', apiKey });
    await model.warm();
    // A connection is free once the platform has taken note of the answer's end.
    await new Promise((resolve) => setImmediate(resolve));
    await pull(model.answer(makeQuestion(), never));
    await new Promise((resolve) => setImmediate(resolve));
    await pull(model.answer(makeQuestion(), never));
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/models',
      'POST /v1/chat/completions',
      'POST /v1/chat/completions',
    ]);
    expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 1]);
  });

  it('that cannot be warmed is nobody’s trouble', async () => {
    const server = await chatServer([]);
    await server.close();
    await openaiLanguageModel({ baseUrl: server.url, model: 'm' }).warm();
  });
});

describe('a base URL', () => {
  it('keeps its path and its query', async () => {
    const server = await open(chatServer(() => ({ text: ['ok'] })));
    const model = openaiLanguageModel({ baseUrl: `${server.url}/?api-version=1`, model: 'm' });
    await pull(model.answer(makeQuestion(), never)).catch(() => null);
    expect(server.requests[0]?.path).toBe('/v1/chat/completions?api-version=1');
  });

  it.each(['localhost:8080', 'ftp://example.com', '', 'http://user:secret-word@example.com'])(
    'is not %j',
    (baseUrl) => {
      const make = () => openaiTranscriber({ baseUrl, model: 'm' });
      expect(make).toThrow(TypeError);
      expect(make).not.toThrow(/secret-word/);
    },
  );
});
