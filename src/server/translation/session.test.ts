import { describe, expect, it } from 'vitest';
import {
  babble,
  joined,
  level,
  type MemorySession,
  modelOf,
  openInMemory,
} from '../../../test/translation/memory-session.ts';
import type { SourceSpeech } from '../../engines/contract.ts';
import { echoModel } from '../../engines/echo.ts';
import { scenarioModel } from '../../engines/scenario/model.ts';
import { readScenario } from '../../engines/scenario/read.ts';
import { type LogFields, type SessionLog, silentLog } from '../log.ts';
import { openTranslating } from './model.ts';

const scripted = (yaml: string) => scenarioModel(readScenario(yaml, 'scenario.yaml'));

const french = scripted(`
seed: 7
translate:
  - { input: bonjour, output: good morning }
  - { input: merci, output: thank you }
`);

const listens = { type: 'session.update', session: { audio: { input: { transcription: { model: 'w' } } } } };
const close = { type: 'session.close' };

const loud = (ms: number) => level(ms, 8000);
const quiet = (ms: number) => level(ms, 0);

/** What was heard and said, joined as a client would. */
function words(session: MemorySession): { heard: string; said: string } {
  const join = (type: string) =>
    session.events.map((event) => (event.type === type && 'delta' in event ? event.delta : '')).join('');
  return { heard: join('session.input_transcript.delta'), said: join('session.output_transcript.delta') };
}

function sounds(session: MemorySession): Uint8Array[] {
  return session.events.flatMap((event) =>
    event.type === 'session.output_audio.delta' ? [new Uint8Array(Buffer.from(event.delta, 'base64'))] : [],
  );
}

describe('a translation session on a wire', () => {
  it('hears an utterance, says what was said and what it means, aloud too', () => {
    const session = openInMemory(french);
    session.send(listens);
    session.append(joined(babble(1200, 800), babble(900, 800)), 960);
    expect(words(session)).toEqual({ heard: 'bonjourmerci', said: 'good morningthank you' });
    session.send(close);
    expect(session.types()).toEqual([
      'session.created',
      'session.updated',
      'session.input_transcript.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.output_audio.delta',
      'session.input_transcript.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.closed',
    ]);
    expect(session.closes).toEqual([{ code: 1000, reason: 'session.closed' }]);
  });

  it('says nothing of what was heard unless asked', () => {
    const session = openInMemory(french);
    session.append(babble(1200, 800));
    expect(words(session)).toEqual({ heard: '', said: 'good morning' });
  });

  it('sends sound as 24 kHz PCM in deltas of at most 400 ms', () => {
    const session = openInMemory(scripted('translate: [{ input: a, output: abcdefghijklmnopqrst }]'));
    session.append(loud(200));
    session.send(close);
    const deltas = session.events.filter(({ type }) => type === 'session.output_audio.delta');
    expect(deltas.map(({ event_id: _, delta, ...rest }: Record<string, unknown>) => rest)).toEqual(
      deltas.map(() => ({
        type: 'session.output_audio.delta',
        format: 'pcm16',
        sample_rate: 24_000,
        channels: 1,
        elapsed_ms: 200,
      })),
    );
    expect(sounds(session).map(({ length }) => length)).toEqual([19_200, 19_200, 19_200]);
  });

  it('brings sound of another rate to 24 kHz, whole', () => {
    const second = { type: 'sound', samples: new Int16Array(16_000), sampleRate: 16_000 } as const;
    const session = openInMemory(modelOf(() => [second]));
    session.append(loud(200));
    session.send(close);
    expect(sounds(session).reduce((sum, { length }) => sum + length, 0)).toBe(48_000);
  });

  it('echoes an utterance byte for byte, from a little before it to the pause after it', () => {
    const session = openInMemory(echoModel({ voice: null }));
    const audio = joined(quiet(1000), babble(1000, 1500));
    session.append(audio, 999);
    const echoed = Buffer.concat(sounds(session));
    expect(echoed.length).toBeGreaterThan(1500 * 48);
    expect(Buffer.from(audio).indexOf(echoed)).toBeGreaterThan(500 * 48);
    expect(session.types()).not.toContain('session.output_transcript.delta');
  });

  it('gives the model the utterance and what the client set', () => {
    const heard: SourceSpeech[] = [];
    const session = openInMemory(
      modelOf((speech) => {
        heard.push(speech);
        return [];
      }),
    );
    const input = { transcription: { model: 'w', language: 'fr' }, noise_reduction: { type: 'far_field' } };
    session.send({ type: 'session.update', session: { audio: { input, output: { language: 'de' } } } });
    const audio = joined(loud(300), quiet(500));
    session.append(audio, 333);
    expect(heard).toMatchObject([
      {
        language: 'de',
        transcription: { model: 'w', language: 'fr' },
        noiseReduction: { type: 'far_field', strength: 1 },
        audioMs: 800,
        sound: { sampleRate: 24_000 },
      },
    ]);
    expect(new Uint8Array(heard[0]?.sound.samples.slice().buffer ?? new ArrayBuffer())).toEqual(audio);
  });

  it('takes audio in pieces of any size: the same sound, the same frames', () => {
    const audio = joined(babble(800, 700), babble(1100, 600), babble(300, 0));
    const framesOf = (chunkBytes: number): readonly string[] => {
      const session = openInMemory(french);
      session.send(listens);
      session.append(audio, chunkBytes);
      session.send(close);
      return session.frames;
    };
    const whole = framesOf(audio.length);
    expect(whole.length).toBeGreaterThan(10);
    for (const chunkBytes of [7, 959, 960, 9600]) expect(framesOf(chunkBytes)).toEqual(whole);
  });

  it('with a seed, gives the same frames for the same frames, but for the time', () => {
    const framesOf = (startMs: number): readonly string[] => {
      const session = openInMemory(
        scripted('{ seed: 3, pace: { first_ms: 30, delta_ms: 10 }, translate: [{ input: a b, output: c d }] }'),
        { startMs },
      );
      session.send(listens);
      session.append(babble(800, 700), 960);
      session.clock.runAll();
      return session.frames;
    };
    const timeless = (frame: string): string => frame.replace(/"expires_at":\d+/, '');
    const [one, other] = [framesOf(1_000_000), framesOf(2_000_000)];
    expect(other).not.toEqual(one);
    expect(other.map(timeless)).toEqual(one.map(timeless));
    expect(one.length).toBeGreaterThan(8);
  });

  it('keeps the pace of the script on the session clock', () => {
    const session = openInMemory(
      scripted('{ pace: { first_ms: 100, delta_ms: 50 }, translate: [{ input: un, output: one two }] }'),
    );
    session.append(loud(300));
    session.send(close);
    const count = () => session.types().filter((type) => type === 'session.output_transcript.delta').length;
    session.clock.advance(149);
    expect(count()).toBe(0);
    session.clock.advance(1);
    expect(count()).toBe(1);
    expect(session.types()).not.toContain('session.closed');
    session.clock.advance(50);
    expect(count()).toBe(2);
    expect(session.types().at(-1)).toBe('session.closed');
  });

  it('waits for a model that takes its time', async () => {
    const session = openInMemory(
      modelOf(async function* () {
        await Promise.resolve();
        yield { type: 'output_text', text: 'late' };
      }),
    );
    session.append(loud(300));
    session.send(close);
    expect(session.types()).toEqual(['session.created']);
    await session.handle.ended;
    expect(session.types()).toEqual(['session.created', 'session.output_transcript.delta', 'session.closed']);
  });

  it('tells of a model that fails, writes down why, and goes on', () => {
    const lines: [string, LogFields][] = [];
    const log: SessionLog = {
      ...silentLog,
      error: (message, fields = {}) => void lines.push([message, fields]),
      child: () => log,
    };
    const cause = new Error('the weights are gone');
    let calls = 0;
    const model = modelOf(() => {
      calls += 1;
      if (calls === 1) throw cause;
      return [{ type: 'output_text', text: 'again' }];
    });
    const session = openInMemory(model, { log });
    session.append(joined(loud(300), quiet(500), loud(300), quiet(500)));
    expect(session.types()).toEqual(['session.created', 'error', 'session.output_transcript.delta']);
    expect(session.events[1]).toMatchObject({ error: { type: 'server_error', code: 'internal_error' } });
    expect(session.frames[1]).not.toContain('weights');
    expect(lines).toEqual([['the translator failed', { utteranceId: 0, err: cause }]]);
  });
});

describe('a mistake in a translation session', () => {
  const append = (audio: string) =>
    JSON.stringify({ type: 'session.input_audio_buffer.append', event_id: 'e1', audio });
  const update = (session: object) => JSON.stringify({ type: 'session.update', event_id: 'e1', session });
  const event = (type: string) => JSON.stringify({ type, event_id: 'e1' });
  const three = "Supported values are: 'session.update', 'session.input_audio_buffer.append', 'session.close'.";

  it.each([
    ['text that is no JSON', '{', 'invalid_json', null, null, 'Invalid event: failed to parse JSON value'],
    ['JSON that is no object', '[]', 'invalid_event', null, null, ''],
    ['an event without a type', '{"event_id":"e1"}', 'invalid_event', null, 'e1', ''],
    [
      'an event of a realtime session',
      event('response.create'),
      'invalid_value',
      'type',
      'e1',
      `Invalid value: 'response.create'. ${three}`,
    ],
    ['the append of a realtime session', event('input_audio_buffer.append'), 'invalid_value', 'type', 'e1', three],
    ['a commit', event('input_audio_buffer.commit'), 'invalid_value', 'type', 'e1', three],
    ['an update without a session', event('session.update'), 'missing_required_parameter', 'session', 'e1', ''],
    ['another model', update({ model: 'other' }), 'unknown_parameter', 'session.model', 'e1', ''],
    ['a type', update({ type: 'translation' }), 'unknown_parameter', 'session.type', 'e1', ''],
    [
      'turn detection',
      update({ audio: { input: { turn_detection: null } } }),
      'unknown_parameter',
      'session.audio.input.turn_detection',
      'e1',
      '',
    ],
    [
      'a voice',
      update({ audio: { output: { voice: 'marin' } } }),
      'unknown_parameter',
      'session.audio.output.voice',
      'e1',
      '',
    ],
    [
      'a language that is no text',
      update({ audio: { output: { language: 1 } } }),
      'invalid_type',
      'session.audio.output.language',
      'e1',
      '',
    ],
    [
      'transcription without a model',
      update({ audio: { input: { transcription: {} } } }),
      'missing_required_parameter',
      'session.audio.input.transcription.model',
      'e1',
      '',
    ],
    [
      'an unknown noise reduction',
      update({ audio: { input: { noise_reduction: { type: 'x' } } } }),
      'invalid_value',
      'session.audio.input.noise_reduction.type',
      'e1',
      '',
    ],
    [
      'an append without audio',
      event('session.input_audio_buffer.append'),
      'missing_required_parameter',
      'audio',
      'e1',
      '',
    ],
    ['audio that is no base64', append('%%%'), 'invalid_value', 'audio', 'e1', "Invalid 'audio'"],
    [
      'an append of more than 15 MiB',
      append('A'.repeat(21_000_000)),
      'string_above_max_length',
      'audio',
      'e1',
      "Invalid 'audio'",
    ],
    [
      'a field that nobody knows',
      '{"type":"session.close","event_id":"e1","now":true}',
      'unknown_parameter',
      'now',
      'e1',
      '',
    ],
  ])('such as %s is told, and the session goes on', (_, frame, code, param, eventId, message) => {
    const session = openInMemory(french, { limits: { frameBytes: 30_000_000 } });
    session.wire.send(frame);
    expect(session.events.slice(1)).toEqual([
      {
        type: 'error',
        event_id: expect.stringMatching(/^event_/),
        error: {
          type: 'invalid_request_error',
          code,
          param,
          event_id: eventId,
          message: expect.stringContaining(message),
        },
      },
    ]);
    session.append(babble(1200, 800));
    expect(words(session).said).toBe('good morning');
  });

  it('such as a binary frame is told, and the session goes on', () => {
    const session = openInMemory(french);
    session.wire.sendBinary(10);
    expect(session.events[1]).toMatchObject({ type: 'error', error: { code: 'invalid_event', event_id: null } });
    session.send(listens);
    expect(session.types().at(-1)).toBe('session.updated');
  });

  it('such as an update that is half wrong changes nothing', () => {
    const session = openInMemory(french);
    session.wire.send(update({ audio: { output: { language: 'es' }, input: { transcription: 3 } } }));
    session.send({ type: 'session.update', session: {} });
    expect(session.events.at(-1)).toMatchObject({ session: { audio: { output: { language: 'en' } } } });
  });

  it('such as audio faster than it can be translated is told, and dropped', () => {
    const session = openInMemory(
      modelOf(() => [{ type: 'wait', ms: 1000 }]),
      { limits: { bufferedAudioSeconds: 2 } },
    );
    session.append(joined(loud(1000), quiet(500)));
    session.append(loud(600));
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'input_audio_buffer_full', param: 'audio' } });
    session.clock.advance(1000);
    session.append(loud(600));
    expect(session.types().filter((type) => type === 'error')).toHaveLength(1);
  });
});

describe('the end of a translation session', () => {
  const slow = () =>
    modelOf(() => [
      { type: 'wait', ms: 20_000 },
      { type: 'output_text', text: 'at last' },
    ]);

  it('frees everything: no timer waits, the model is closed, the translator stopped', async () => {
    let isClosed = false;
    let signal: AbortSignal | undefined;
    const model = modelOf(
      (_, given) => {
        signal = given;
        return [{ type: 'wait', ms: 20_000 }];
      },
      { close: () => void (isClosed = true) },
    );
    const session = openInMemory(model);
    session.append(joined(loud(300), quiet(500)));
    session.wire.close(1000, 'bye');
    await session.handle.ended;
    expect([isClosed, signal?.aborted, session.clock.waiting]).toEqual([true, true, 0]);
  });

  it('comes after sixty minutes with an error and 1001', () => {
    const session = openInMemory(french);
    session.clock.advance(3_600_000);
    expect(session.events.at(-1)).toMatchObject({
      error: { code: 'session_expired', message: expect.stringContaining('60 minutes') },
    });
    expect(session.closes.map(({ code }) => code)).toEqual([1001]);
    const [created] = session.events;
    const expiresAt = created?.type === 'session.created' ? created.session.expires_at : 0;
    expect(expiresAt * 1000).toBe(session.clock.now());
  });

  it('comes when the server drains, after what was said is translated or five seconds have passed', () => {
    const quick = openInMemory(
      modelOf(() => [
        { type: 'wait', ms: 100 },
        { type: 'output_text', text: 'done' },
      ]),
    );
    quick.append(loud(300));
    quick.handle.drain();
    quick.clock.advance(100);
    expect(words(quick).said).toBe('done');
    expect(quick.events.at(-1)).toMatchObject({ error: { type: 'server_error', code: 'server_draining' } });
    expect(quick.closes).toEqual([{ code: 1001, reason: 'server_error.server_draining' }]);

    const late = openInMemory(slow());
    late.append(loud(300));
    late.handle.drain();
    late.clock.advance(4999);
    expect(late.closes).toEqual([]);
    late.clock.advance(1);
    expect(late.closes).toEqual([{ code: 1001, reason: 'server_error.server_draining' }]);
    expect(words(late).said).toBe('');
  });

  it('is put off while the reader lags: the model is held back until it has caught up', () => {
    let pulled = 0;
    function* talkative() {
      while (pulled < 40) {
        pulled += 1;
        yield { type: 'sound', samples: new Int16Array(24_000), sampleRate: 24_000 } as const;
      }
    }
    const session = openInMemory(modelOf(talkative), { limits: { unsentBytes: 1_500_000 } });
    session.wire.hold();
    session.append(joined(loud(300), quiet(500)));
    expect(pulled).toBeGreaterThan(10);
    expect(pulled).toBeLessThan(20); // a second of sound is 64,000 characters of base64; the pause begins at a megabyte
    session.wire.release();
    expect(pulled).toBe(40);
  });

  it('is told to a reader that is too slow', () => {
    const minute = { type: 'sound', samples: new Int16Array(24_000 * 60), sampleRate: 24_000 } as const;
    const session = openInMemory(
      modelOf(() => [minute]),
      { limits: { unsentBytes: 1_500_000 } },
    );
    session.wire.hold();
    session.append(joined(loud(300), quiet(500)));
    session.wire.release();
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'slow_consumer' } });
    expect(session.closes).toEqual([{ code: 1008, reason: 'invalid_request_error.slow_consumer' }]);
  });
});

describe('a model that cannot translate', () => {
  it('is not opened for it', () => {
    let closed = 0;
    const model = modelOf(() => [], { close: () => void (closed += 1) });
    const mute = {
      open() {
        const { translate: _, ...rest } = model.open();
        return rest;
      },
    };
    expect(openTranslating(mute)).toBeNull();
    expect(closed).toBe(1);
  });
});
