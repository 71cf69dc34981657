import { describe, expect, it } from 'vitest';
import { EngineError, openaiLanguageModel } from '../../../src/engines/index.ts';
import { never, pull } from '../turn.ts';
import { answeringServer, type Fault } from './answering-server.ts';
import { apiKey, engines, failing, soon, status } from './every-engine.ts';
import { heldTiming } from './held-timing.ts';
import { serversOfTest } from './open-servers.ts';
import { makeQuestion } from './question.ts';

const open = serversOfTest();

describe.each(engines.map((engine, i) => [`${engine.role} (${i})`, engine] as const))('the %s', (_, engine) => {
  it.each([429, 500, 502, 503, 504])('tries again after status %i', async (code) => {
    const { error, pieces, server, timing } = await failing(engine, [status(code), status(code)], open);
    expect(error).toBeNull();
    expect(pieces.length).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(3);
    expect(timing.paused).toEqual([250, 500]);
  });

  it('says after three tries who is overloaded, and where', async () => {
    const { error, server, host } = await failing(
      engine,
      Array<Fault>(4).fill(status(429, { body: 'Slow down.' })),
      open,
    );
    expect(server.requests).toHaveLength(3);
    expect(error?.code).toBe('engine_rate_limited');
    expect(error?.message).toBe(
      `The ${engine.role} at ${host} is asked too often or has no quota left (status 429): Slow down.`,
    );
  });

  it('waits as long as the server asks it to', async () => {
    const { error, timing } = await failing(engine, [status(503, { headers: { 'retry-after': '3' } })], open);
    expect(error).toBeNull();
    expect(timing.paused).toEqual([3000]);
  });

  it.each([400, 401, 403, 404, 405, 413, 422, 501])('does not try again after status %i', async (code) => {
    const { error, server } = await failing(engine, [status(code)], open);
    expect(server.requests).toHaveLength(1);
    expect(error?.message).toContain(`status ${code}`);
    expect(error?.code).toBe(code === 501 ? 'engine_unavailable' : 'engine_rejected');
  });

  it('tries again when the connection broke before anything came of it', async () => {
    const { error, pieces, server } = await failing(engine, [{ kind: 'cut', afterPieces: 0 }], open);
    expect(error).toBeNull();
    expect(pieces.length).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(2);
  });

  it('does not wait for an endpoint that never begins to answer', async () => {
    const timing = heldTiming();
    const failed = failing(engine, [{ kind: 'silence', afterPieces: null }], open, { timing, timeoutMs: 1234 });
    await timing.ring(1234);
    const { error, server } = await failed;
    expect(error?.code).toBe('engine_timeout');
    expect(error?.message).toContain(`The ${engine.role} at 127.0.0.1:`);
    expect(error?.message).toContain('within 1.234 s');
    await server.requests[0]?.abandoned;
    expect(timing.alarms).toBe(0);
  });

  it('does not wait for one that goes silent in its answer', async () => {
    const timing = heldTiming();
    const failed = failing(engine, [{ kind: 'silence', afterPieces: 0 }], open, { timing, idleTimeoutMs: 777 });
    await timing.ring(777);
    const { error, server } = await failed;
    expect(error?.code).toBe('engine_timeout');
    await server.requests[0]?.abandoned;
    expect(timing.alarms).toBe(0);
  });

  it('does not wait for one that would go on for ever', async () => {
    const timing = heldTiming();
    const failed = failing(engine, [{ kind: 'silence', afterPieces: 0 }], open, { timing, totalTimeoutMs: 99_999 });
    await timing.ring(99_999);
    expect((await failed).error?.message).toContain('did not finish its answer within 99.999 s');
  });

  it('gives the right answer when it drips', async () => {
    const [whole, dripped] = [
      await failing(engine, [], open),
      await failing(engine, [{ kind: 'drip', bytes: 7 }], open),
    ];
    expect(dripped.error).toBeNull();
    const text = (pieces: readonly unknown[]) =>
      JSON.stringify(pieces.filter((piece) => JSON.stringify(piece).includes('"type"')));
    expect(text(dripped.pieces)).toBe(text(whole.pieces));
  });

  it.each([
    ['a web page', 'text/html', '<!doctype html><html><body>Welcome</body></html>'],
    ['broken JSON', 'application/json', '{"text": "Hel'],
    ['other JSON', 'application/json', '[1, 2]'],
    ['broken events', 'text/event-stream', 'data: {"choices": [{\n\n'],
    ['other events', 'text/event-stream', 'data: 17\n\n'],
  ])('takes %s for no answer', async (_name, contentType, body) => {
    const { error, server } = await failing(engine, [{ kind: 'nonsense', contentType, body }], open);
    expect(error?.code).toBe('engine_bad_answer');
    expect(error?.message).toContain(`The ${engine.role} at 127.0.0.1:`);
    expect(server.requests).toHaveLength(1);
  });

  it('tells what an error says that comes with status 200', async () => {
    const body = '{"error":{"message":"The model is out of memory.","code":500}}';
    const fault: Fault = { kind: 'nonsense', contentType: 'application/json', body };
    const { error } = await failing(engine, [fault, fault, fault], open);
    expect(error?.code).toBe('engine_unavailable');
    expect(error?.message).toContain('The model is out of memory');
  });

  it('names an endpoint that is not there, after three tries', async () => {
    const server = await engine.serve();
    await server.close();
    const timing = soon();
    const asking = pull(engine.ask({ baseUrl: server.url, model: 'm', timing }));
    await expect(asking).rejects.toMatchObject({
      code: 'engine_unavailable',
      message: `The ${engine.role} at ${new URL(server.url).host} cannot be reached (ECONNREFUSED). Check that it is running and that its base URL is right.`,
    });
    expect(timing.paused).toHaveLength(2);
  });

  it('never tells a key, not even one that the server sends back', async () => {
    const headers = { 'x-api-key': 'another-secret' };
    for (const fault of [
      status(401, { body: `{"error":{"message":"Incorrect API key provided: ${apiKey.slice(0, 8)}***"}}` }),
      status(400, { body: `{"error":{"message":"${'x'.repeat(190)}${apiKey}, another-secret"}}` }),
      status(400, { body: `${apiKey} another-secret is wrong` }),
    ]) {
      const { error } = await failing(engine, [fault], open, { headers });
      expect(`${error?.message}${error?.stack}`).not.toMatch(/sk-a|another-s/);
    }
  });

  it('closes the connection and ends without a word when it is told to stop', async () => {
    const server = await open(engine.serve());
    server.faults.push({ kind: 'silence', afterPieces: null });
    const stop = new AbortController();
    const asking = pull(engine.ask({ baseUrl: server.url, model: 'm' }, stop.signal));
    const request = await server.nextRequest();
    stop.abort();
    expect(await asking).toEqual([]);
    await request.abandoned;
  });

  it('asks nothing when it was stopped before', async () => {
    const server = await open(engine.serve());
    expect(await pull(engine.ask({ baseUrl: server.url, model: 'm' }, AbortSignal.abort()))).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('stops waiting for another try when it is told to stop', async () => {
    const server = await open(engine.serve());
    server.faults.push(status(503));
    const timing = heldTiming();
    const stop = new AbortController();
    const asking = pull(engine.ask({ baseUrl: server.url, model: 'm', timing }, stop.signal));
    while (!server.requests.length || timing.alarms !== 1) await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(await asking).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });
});

/** Those that give something before their answer is over. */
const streaming = engines.filter((_, i) => i !== 3);

describe.each(streaming.map((engine, i) => [`${engine.role} (${i})`, engine] as const))(
  'the streaming %s',
  (_, engine) => {
    it('does not begin anew once something was said', async () => {
      const { error, pieces, server } = await failing(
        engine,
        [{ kind: 'cut', afterPieces: engine.role === 'language model' ? 4 : 1 }],
        open,
      );
      expect(pieces.length).toBeGreaterThan(0);
      expect(server.requests).toHaveLength(1);
      expect(error?.code).toBe('engine_unavailable');
      expect(error?.message).toContain('broke off in the midst of its answer');
    });

    it('closes the connection when nobody wants the rest', async () => {
      const server = await open(engine.serve());
      server.faults.push({ kind: 'silence', afterPieces: 4 });
      const iterator = engine.ask({ baseUrl: server.url, model: 'm' })[Symbol.asyncIterator]();
      expect((await iterator.next()).done).toBe(false);
      await iterator.return?.();
      await server.requests[0]?.abandoned;
    });

    it('stops in the midst of an answer, and the server sees it', async () => {
      const server = await open(engine.serve());
      server.faults.push({ kind: 'silence', afterPieces: 4 });
      const stop = new AbortController();
      const pieces: unknown[] = [];
      for await (const piece of engine.ask({ baseUrl: server.url, model: 'm' }, stop.signal)) {
        pieces.push(piece);
        stop.abort();
      }
      expect(pieces.length).toBeGreaterThan(0);
      await server.requests[0]?.abandoned;
    });
  },
);

describe('a stream that ends too early', () => {
  it('is no answer of a language model', async () => {
    const [chat] = engines;
    const fault: Fault = {
      kind: 'nonsense',
      contentType: 'text/event-stream',
      body: 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n',
    };
    const { error, pieces } = await failing(chat, [fault], open);
    expect(pieces).toEqual([{ type: 'text', text: 'Hi' }]);
    expect(error?.code).toBe('engine_unavailable');
  });
});

describe('an answer without end', () => {
  async function errorFor(contentType: string, piece: string) {
    async function* endless() {
      for (;;) yield piece;
    }
    const server = await open(answeringServer(() => ({ contentType, pieces: endless() })));
    const model = openaiLanguageModel({ baseUrl: server.url, model: 'm' });
    return pull(model.answer(makeQuestion(), never)).then(
      () => null,
      (cause: unknown) => (cause instanceof EngineError ? cause.message : cause),
    );
  }

  it('is given up: an event, a stream, a value, a page', async () => {
    const block = 'x'.repeat(100_000);
    expect(await errorFor('text/event-stream', `data: ${block}`)).toContain('an event without end');
    expect(await errorFor('text/event-stream', `: ${block}\n\n`)).toContain('more than 64 MiB');
    expect(await errorFor('application/json', block)).toContain('more than 4 MiB');
  });
});
