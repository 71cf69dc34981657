import { describe, expect, it } from 'vitest';
import type { Model, ModelSession, Pieces, Spoken, Turn } from '../../engines/contract.ts';
import type { ServerEventMap } from '../../protocol/types.ts';
import { type MemoryWire, memoryPair } from '../../testing/index.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { defaultLimits, type SessionLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { openSession } from './session.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** A vad that hears speech wherever samples are loud: windows of 20 ms. */
const loudness = (sampleRate: number) => ({
  windowSamples: sampleRate / 50,
  probability: (window: Int16Array) => (window.some((sample) => Math.abs(sample) > 1000) ? 1 : 0),
  reset: () => {},
});

function modelOf(
  respond: (turn: Turn, signal: AbortSignal) => Pieces<Spoken>,
  rest: Partial<ModelSession> = {},
): Model {
  return {
    open: () => ({
      seed: 1,
      transcribesFirst: true,
      vad: loudness,
      respond,
      transcribe: () => [{ type: 'completed', transcript: 'heard' }],
      close: () => {},
      ...rest,
    }),
  };
}

interface Opened {
  readonly clock: ReturnType<typeof virtualClock>;
  readonly wire: MemoryWire;
  readonly events: ServerEvent[];
  readonly closes: { code: number; reason: string }[];
  readonly handle: ReturnType<typeof openSession>;
  send(event: object): void;
  types(): string[];
}

/** A session at one end of a pair in memory, its client at the other. */
function open(model: Model, limits: Partial<SessionLimits> = {}): Opened {
  const clock = virtualClock();
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  const closes: { code: number; reason: string }[] = [];
  wire.open({
    frame: (text) => events.push(JSON.parse(text)),
    binary: () => {},
    drained: () => {},
    closed: ({ code, reason }) => closes.push({ code, reason }),
  });
  const handle = openSession({
    wire: server,
    model,
    modelName: 'test',
    clock,
    limits: { ...defaultLimits, ...limits },
    sendConversationCreated: false,
    log: silentLog,
  });
  return {
    clock,
    wire,
    events,
    closes,
    handle,
    send: (event) => wire.send(JSON.stringify(event)),
    types: () => events.map(({ type }) => type),
  };
}

const says = (text: string): Model => modelOf(() => [{ type: 'text', text }, { type: 'end' }]);

/** `ms` of a loud or a silent 24 kHz sound, as base64. */
function pcm(ms: number, level = 8000): string {
  return Buffer.from(new Int16Array(ms * 24).fill(level).buffer).toString('base64');
}

const append = (ms: number, level?: number) => ({ type: 'input_audio_buffer.append', audio: pcm(ms, level) });
/** The item that the newest commit made. */
function committedId({ events }: Opened): string {
  const committed = events.findLast((event) => event.type === 'input_audio_buffer.committed');
  return committed?.type === 'input_audio_buffer.committed' ? committed.item_id : '';
}

const speechOff = { type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } };

describe('a session on a wire', () => {
  it('greets first and answers in the same turn of the event loop', () => {
    const session = open(says('Hello'));
    expect(session.types()).toEqual(['session.created']);
    session.send({ type: 'response.create' });
    expect(session.types().slice(-2)).toEqual(['response.done', 'rate_limits.updated']);
  });

  it('sends an audio delta as base64 of the output format', () => {
    const samples = Int16Array.of(1, -1, 2, -2);
    const session = open(modelOf(() => [{ type: 'sound', samples, sampleRate: 24_000 }]));
    session.send({ type: 'response.create' });
    const delta = session.events.find(({ type }) => type === 'response.output_audio.delta');
    expect(delta).toMatchObject({ delta: Buffer.from(samples.buffer).toString('base64') });
  });

  it('brings sound of another rate to the output format, whole', () => {
    const second = { type: 'sound', samples: new Int16Array(16_000), sampleRate: 16_000 } as const;
    const session = open(modelOf(() => [second, { type: 'message_end' }, { type: 'end' }]));
    session.send({ type: 'response.create' });
    const bytes = session.events.flatMap((event) =>
      event.type === 'response.output_audio.delta' ? [event.delta] : [],
    );
    expect(bytes.reduce((sum, delta) => sum + Buffer.from(delta, 'base64').length, 0)).toBe(48_000);
  });

  it('hears a turn in appends of any size and answers it', () => {
    const session = open(says('Yes?'));
    session.send(append(333));
    session.send(append(111, 0));
    session.send(append(400, 0));
    expect(session.types()).toContain('input_audio_buffer.speech_stopped');
    expect(session.types().at(-1)).toBe('rate_limits.updated');
  });

  it('answers both of two turns that come in one append', () => {
    const session = open(says('Yes?'));
    const twice = Buffer.concat(
      [pcm(300), pcm(300, 0), pcm(300), pcm(300, 0)].map((text) => Buffer.from(text, 'base64')),
    );
    session.send({ type: 'input_audio_buffer.append', audio: twice.toString('base64') });
    expect(session.types().filter((type) => type === 'response.done')).toHaveLength(2);
  });

  it('gives a retrieved item the audio that was committed, padding and all', () => {
    const session = open(says('ok'));
    session.send(speechOff);
    session.send(append(200));
    session.send({ type: 'input_audio_buffer.commit' });
    session.send({ type: 'conversation.item.retrieve', item_id: committedId(session) });
    expect(session.events.at(-1)).toMatchObject({ item: { content: [{ type: 'input_audio', audio: pcm(200) }] } });
  });

  it('keeps an odd byte for the next append', () => {
    const session = open(says('ok'));
    session.send(speechOff);
    const bytes = Buffer.from(pcm(200), 'base64');
    for (const part of [bytes.subarray(0, 4801), bytes.subarray(4801)]) {
      session.send({ type: 'input_audio_buffer.append', audio: part.toString('base64') });
    }
    session.send({ type: 'input_audio_buffer.commit' });
    session.send({ type: 'conversation.item.retrieve', item_id: committedId(session) });
    expect(session.events.at(-1)).toMatchObject({ item: { content: [{ audio: pcm(200) }] } });
  });

  it('cuts a truncated item to what was heard', () => {
    const session = open(
      modelOf(() => [{ type: 'sound', samples: new Int16Array(24_000).fill(5), sampleRate: 24_000 }]),
    );
    session.send({ type: 'response.create' });
    const added = session.events.find(({ type }) => type === 'conversation.item.added');
    const item_id = added?.type === 'conversation.item.added' ? added.item.id : '';
    session.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 300 });
    session.send({ type: 'conversation.item.retrieve', item_id });
    expect(session.events.at(-1)).toMatchObject({ item: { content: [{ audio: pcm(300, 5) }] } });
  });

  it('gives the model the sound of what was said', () => {
    const heard: (number | undefined)[] = [];
    const session = open(
      modelOf((turn) => {
        heard.push(turn.sound(turn.items.at(-1)?.item.id ?? '')?.samples.length);
        return [];
      }),
    );
    session.send(speechOff);
    session.send(append(200));
    session.send({ type: 'input_audio_buffer.commit' });
    session.send({ type: 'response.create' });
    expect(heard).toEqual([4800]);
  });
});

describe('audio in response.input', () => {
  const respond = (audio: string) => ({
    type: 'response.create',
    response: { input: [{ type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] }] },
  });

  it('is heard by the model', () => {
    const heard: (number | undefined)[] = [];
    const session = open(
      modelOf((turn) => {
        heard.push(turn.sound(turn.items[0]?.item.id ?? '')?.samples.length);
        return [];
      }),
    );
    session.send(respond(pcm(200)));
    expect(heard).toEqual([4800]);
  });

  it('is refused where it is no base64', () => {
    const session = open(says('ok'));
    session.send(respond('*'));
    expect(session.events.at(-1)).toMatchObject({
      error: { code: 'invalid_value', param: 'response.input[0].content[0].audio' },
    });
  });
});

describe('engines that misbehave', () => {
  it('end their response as failed when they throw, and the session goes on', () => {
    const session = open(
      modelOf(function* () {
        yield { type: 'text', text: 'Well' };
        throw new Error('secret detail');
      }),
    );
    session.send({ type: 'response.create' });
    expect(session.events.at(-2)).toMatchObject({
      response: { status: 'failed', status_details: { error: { code: 'server_error' } } },
    });
    expect(JSON.stringify(session.events)).not.toContain('secret detail');
    session.send({ type: 'response.create' });
    expect(session.types().filter((type) => type === 'response.done')).toHaveLength(2);
  });

  it('fail likewise when they throw before the first piece', () => {
    const session = open(
      modelOf(() => {
        throw new Error('no');
      }),
    );
    session.send({ type: 'response.create' });
    expect(session.events.at(-2)).toMatchObject({ response: { status: 'failed', output: [] } });
  });

  it('leave an empty transcript when they run dry, and a failure when they throw', () => {
    const on = {
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: null, transcription: {} } } },
    };
    const endOf = (transcribe: ModelSession['transcribe']) => {
      const session = open(modelOf(() => [], { transcribe }));
      for (const event of [on, append(200), { type: 'input_audio_buffer.commit' }]) session.send(event);
      return session.events.at(-1);
    };
    expect(endOf(() => [])).toMatchObject({ transcript: '' });
    expect(
      endOf(() => {
        throw new Error('no');
      }),
    ).toMatchObject({ type: 'conversation.item.input_audio_transcription.failed' });
  });
});

describe('pauses and interruption', () => {
  const slow = (): Model =>
    modelOf(function* () {
      for (const text of ['One ', 'two ', 'three']) {
        yield { type: 'text', text };
        yield { type: 'wait', ms: 100 };
      }
    });

  it('takes the next piece when its pause is over', () => {
    const session = open(slow());
    session.send({ type: 'response.create' });
    const transcript = () => session.events.flatMap((event) => ('delta' in event ? [event.delta] : [])).join('');
    expect(transcript()).toBe('One ');
    session.clock.advance(100);
    expect(transcript()).toBe('One two ');
    session.clock.advance(200);
    expect(session.types()).toContain('response.done');
  });

  it('stops the model at once on cancel, with its clean-up run', () => {
    let cleaned = false;
    const session = open(
      modelOf(function* () {
        try {
          yield { type: 'text', text: 'One' };
          yield { type: 'wait', ms: 100 };
          yield { type: 'text', text: 'two' };
        } finally {
          cleaned = true;
        }
      }),
    );
    session.send({ type: 'response.create' });
    session.send({ type: 'response.cancel' });
    expect(cleaned).toBe(true);
    const count = session.events.length;
    session.clock.advance(1000);
    expect(session.events).toHaveLength(count);
  });

  it('stops everything when the client goes, and leaves no timer behind', async () => {
    let closed = false;
    const session = open(modelOf(() => [{ type: 'wait', ms: 1000 }], { close: () => (closed = true) }));
    session.send({ type: 'response.create' });
    session.wire.close(1000, 'bye');
    await session.handle.ended;
    expect(closed).toBe(true);
    expect(session.clock.waiting).toBe(0);
  });
});

describe('a bug of ours', () => {
  it('ends the session that met it with 1011, and throws at nobody', () => {
    const session = open(
      modelOf(() => [], {
        vad: () => {
          throw new Error('secret detail');
        },
      }),
    );
    session.send(append(100));
    expect(session.events.at(-1)).toMatchObject({ error: { type: 'server_error' } });
    expect(JSON.stringify(session.events.at(-1))).toContain(session.handle.id);
    expect(session.closes).toEqual([{ code: 1011, reason: 'server_error' }]);
    expect(JSON.stringify(session.events)).not.toContain('secret detail');
  });
});

describe('what a client gets wrong', () => {
  it.each([
    ['no JSON', '{', 'invalid_json', null],
    ['no object', '[]', 'invalid_event', null],
    ['bad base64', JSON.stringify({ type: 'input_audio_buffer.append', audio: '*' }), 'invalid_value', 'audio'],
    [
      'bad base64 in an item',
      JSON.stringify({
        type: 'conversation.item.create',
        item: { type: 'message', role: 'user', content: [{ type: 'input_audio', audio: '*' }] },
      }),
      'invalid_value',
      'item.content[0].audio',
    ],
  ])('answers %s with an error and goes on', (_name, text, code, param) => {
    const session = open(says('ok'));
    session.wire.send(text);
    expect(session.events.at(-1)).toMatchObject({
      type: 'error',
      error: { code, param, type: 'invalid_request_error' },
    });
    session.send({ type: 'response.create' });
    expect(session.types()).toContain('response.done');
  });

  it('answers a binary frame with an error', () => {
    const session = open(says('ok'));
    session.wire.sendBinary(3);
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'invalid_event' } });
  });
});

describe('limits', () => {
  it('pauses the model while the client does not read, and goes on when it does', () => {
    const second = { type: 'sound', samples: new Int16Array(24_000), sampleRate: 24_000 } as const;
    let pulled = 0;
    const session = open(
      modelOf(function* () {
        for (; pulled < 100; pulled++) yield second;
      }),
    );
    session.wire.hold();
    session.send({ type: 'response.create' });
    expect(pulled).toBeLessThan(30);
    session.wire.release();
    expect(pulled).toBe(100);
    expect(session.types()).toContain('response.done');
  });

  it('closes on a reader that never reads, once it has had a second', () => {
    const session = open(says('x'.repeat(5000)), { unsentBytes: 10_000 });
    session.wire.hold();
    for (let turn = 0; turn < 3; turn++) session.send({ type: 'response.create' });
    session.clock.advance(1000);
    session.wire.release();
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'slow_consumer' } });
    expect(session.closes).toEqual([{ code: 1008, reason: 'invalid_request_error.slow_consumer' }]);
  });

  it('ends at the allowed age', () => {
    const session = open(says('ok'), { sessionMinutes: 1 });
    session.clock.advance(60_000);
    expect(session.events.at(-1)).toMatchObject({ error: { code: 'session_expired' } });
    expect(session.closes).toMatchObject([{ code: 1001 }]);
  });

  it('drains when it is told to', () => {
    const session = open(says('ok'));
    session.handle.drain();
    expect(session.closes).toMatchObject([{ code: 1001, reason: 'server_error.server_draining' }]);
  });
});
