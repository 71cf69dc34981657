import { describe, expect, it } from 'vitest';
import { connect } from './peer.ts';
import { serve, type TestServer, textTurn } from './test-server.ts';

const path = '/v1/realtime/client_secrets';
const key = { authorization: 'Bearer sk-test' };

async function post(server: TestServer, body: unknown, headers: Record<string, string> = key, at = path) {
  const answer = await fetch(server.url + at, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

const bearer = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });

describe('a client secret', () => {
  it('starts any number of sessions with what it is bound to', async () => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    const session = { type: 'realtime', model: 'echo', instructions: 'Be brief.', output_modalities: ['text'] };
    const before = Math.floor(Date.now() / 1000);
    const { status, body } = await post(server, { session });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      value: expect.stringMatching(/^ek_[0-9a-f]{32}$/),
      session: {
        object: 'realtime.session',
        id: expect.stringMatching(/^sess_/),
        expires_at: 0,
        instructions: 'Be brief.',
      },
    });
    expect(body.expires_at).toBeGreaterThanOrEqual(before + 600);
    for (const target of [`${server.ws}/v1/realtime`, server.realtime]) {
      const peer = await connect(target, bearer(body.value));
      expect(await peer.event('session.created')).toMatchObject({
        session: { model: 'echo', instructions: 'Be brief.', output_modalities: ['text'] },
      });
      for (const event of textTurn) peer.send(event);
      expect(await peer.event('response.output_text.done')).toMatchObject({ text: 'You said: Hello' });
      peer.socket.close();
    }
  });

  it('works from a browser, by subprotocol, and is never echoed', async () => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    const { body } = await post(server, {});
    const peer = await connect(server.realtime, { protocols: ['realtime', `openai-insecure-api-key.${body.value}`] });
    await peer.event('session.created');
    expect(peer.socket.protocol).toBe('realtime');
    peer.socket.close();
  });

  it('opens a transcription session where it is bound to one', async () => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    const { body } = await post(server, {
      session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1', language: 'fr' } } } },
    });
    expect(body.session).toMatchObject({ object: 'realtime.transcription_session' });
    const peer = await connect(`${server.ws}/v1/realtime`, bearer(body.value));
    expect(await peer.event('session.created')).toMatchObject({
      session: { type: 'transcription', audio: { input: { transcription: { language: 'fr', prompt: null } } } },
    });
    peer.socket.close();
  });

  it('opens a translation session where it was made for one, and no other', async () => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    const at = '/v1/realtime/translations/client_secrets';
    const request = { session: { model: 'echo', audio: { output: { language: 'es' } } } };
    const { status, body } = await post(server, request, key, at);
    expect(status).toBe(200);
    expect(body.session).toMatchObject({ type: 'translation', model: 'echo', audio: { output: { language: 'es' } } });
    const peer = await connect(`${server.ws}/v1/realtime/translations`, bearer(body.value));
    expect(await peer.event('session.created')).toMatchObject({ session: { audio: { output: { language: 'es' } } } });
    peer.socket.close();
    const other = await connect(server.realtime, bearer(body.value));
    expect(await other.closed()).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
  });

  it('does not open a session with another model than its own', async () => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    const { body } = await post(server, { session: { type: 'realtime', model: 'echo' } });
    const peer = await connect(`${server.ws}/v1/realtime?model=other`, bearer(body.value));
    expect(await peer.event('error')).toMatchObject({ error: { code: 'invalid_model', param: 'model' } });
    expect(await peer.closed()).toMatchObject({ code: 4000 });
  });

  it('is refused when nobody made it, also where no keys are configured', async () => {
    const server = await serve();
    const peer = await connect(server.realtime, bearer(`ek_${'0'.repeat(32)}`));
    expect(await peer.closed()).toEqual({ code: 3000, reason: 'invalid_request_error.invalid_api_key' });
  });

  it('makes no further secrets, and opens no other part of the API', async () => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    const { body } = await post(server, {});
    expect(await post(server, {}, { authorization: `Bearer ${body.value}` })).toMatchObject({ status: 401 });
  });
});

describe('a request for a client secret', () => {
  it.each([
    ['without a key', {}, {}, 401, null, null],
    ['that is no JSON', '{', key, 400, 'invalid_json', null],
    [
      'that lives too long',
      { expires_after: { seconds: 7201 } },
      key,
      400,
      'integer_above_max_value',
      'expires_after.seconds',
    ],
    [
      'that lives too short',
      { expires_after: { seconds: 9 } },
      key,
      400,
      'integer_below_min_value',
      'expires_after.seconds',
    ],
    [
      'with an unknown field',
      { session: { type: 'realtime', voice: 'x' } },
      key,
      400,
      'unknown_parameter',
      'session.voice',
    ],
    [
      'for a model that is not served',
      { session: { type: 'realtime', model: 'x' } },
      key,
      400,
      'invalid_model',
      'session.model',
    ],
  ] as const)('%s is refused in the API’s own words', async (_name, body, headers, status, code, param) => {
    const server = await serve({ auth: { keys: ['sk-test'] } });
    expect(await post(server, body, headers)).toMatchObject({
      status,
      body: { error: { type: 'invalid_request_error', code, param, message: expect.any(String) } },
    });
  });

  it('that is too large is refused with 413', async () => {
    const server = await serve();
    const session = { type: 'realtime', instructions: 'x'.repeat(1_100_000) };
    expect(await post(server, { session }, {})).toMatchObject({
      status: 413,
      body: { error: { code: 'request_too_large' } },
    });
  });

  it('takes an empty body for an empty object', async () => {
    const server = await serve();
    expect(await post(server, '', {})).toMatchObject({ status: 200, body: { session: { type: 'realtime' } } });
  });
});

describe('client secrets beyond the limits', () => {
  it('are refused with 429 while as many are good as there may be', async () => {
    const server = await serve({ limits: { secrets: 2 } });
    for (const expires_after of [{ seconds: 7200 }, { seconds: 60 }]) {
      expect((await post(server, { expires_after })).status).toBe(200);
    }
    for (const at of [path, '/v1/realtime/translations/client_secrets']) {
      const answer = await fetch(server.url + at, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(at === path ? {} : { session: { model: 'echo' } }),
      });
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({
        error: { type: 'rate_limit_error', code: 'client_secret_limit_reached' },
      });
    }
  });

  it('are refused with 400 where their session is too large', async () => {
    const server = await serve({ limits: { secretBytes: 500 } });
    const session = { type: 'realtime', instructions: 'x'.repeat(500) };
    const refused = await post(server, { session });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_value', param: 'session' } } });
    expect((await post(server, { session: { ...session, instructions: 'Be brief.' } })).status).toBe(200);
  });
});

describe('a session beyond what all may hold together', () => {
  it('is told an error and closed with 1013, and another is welcome once there is room', async () => {
    // Two items of 9,000 bytes, and 500 for each.
    const server = await serve({ limits: { totalBytes: 19_000 } });
    const first = await connect(server.realtime);
    for (const id of ['item_1', 'item_2']) {
      const content = [{ type: 'input_text', text: 'x'.repeat(9000) }];
      first.send({ type: 'conversation.item.create', item: { id, type: 'message', role: 'user', content } });
    }
    first.send({ type: 'input_audio_buffer.clear' });
    await first.event('input_audio_buffer.cleared');
    const second = await connect(server.realtime);
    expect(await second.event('error')).toMatchObject({ error: { code: 'conversation_limit_reached' } });
    expect(await second.closed()).toMatchObject({ code: 1013 });
    first.socket.close();
    await first.closed();
    const third = await connect(server.realtime);
    await third.event('session.created');
    third.socket.close();
  });
});
