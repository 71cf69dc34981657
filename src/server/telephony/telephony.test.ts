import { describe, expect, it } from 'vitest';
import { samplesToUlaw, ulawToSamples } from '../../audio/g711.ts';
import type { Model, ModelSession, Paced, Spoken, Turn } from '../../engines/contract.ts';
import { CallServer, type MemoryStream, type SeenEvent } from '../../testing/call-server.ts';
import {
  authToken,
  orderIn,
  publicKey,
  publicUrl,
  type Ring,
  type StreamOrder,
} from '../../testing/carrier-webhook.ts';
import type { FakePhoneOptions } from '../../testing/fake-phone.ts';
import type { ListenOptions } from '../options.ts';
import type { TelnyxOptions, TwilioOptions } from './options.ts';

const rate = 8000;
/** So many milliseconds of sound, every sample of which is another than the one before. */
const sound = (ms: number): Spoken => ({
  type: 'sound',
  samples: Int16Array.from({ length: (ms * rate) / 1000 }, (_, nth) => ((nth * 37) % 2000) - 1000),
  sampleRate: rate,
});
const words = 'one two three four five six seven eight nine ten';
const answer: readonly Paced<Spoken>[] = [{ type: 'text', text: words }, sound(5000)];
const loud = (ms: number): Uint8Array => samplesToUlaw(new Int16Array((ms * rate) / 1000).fill(8000));

interface PhoneServer {
  readonly here: CallServer;
  readonly turns: Turn[];
}

interface Lines {
  readonly twilio?: Partial<TwilioOptions>;
  readonly telnyx?: Partial<TelnyxOptions>;
  readonly answers?: readonly (readonly Paced<Spoken>[])[];
  readonly options?: Partial<ListenOptions>;
}

/** A server that answers the telephone, whose model takes loud sound for speech. */
function phoneServer({ twilio = {}, telnyx = {}, answers = [answer], options = {} }: Lines = {}): PhoneServer {
  const turns: Turn[] = [];
  const session: ModelSession = {
    seed: 1,
    transcribesFirst: false,
    vad: (sampleRate) => ({
      windowSamples: sampleRate / 50,
      probability: (window) => (window.some((sample) => Math.abs(sample) > 3000) ? 1 : 0),
      reset() {},
    }),
    respond(turn) {
      turns.push(turn);
      return answers[Math.min(turns.length, answers.length) - 1] ?? [];
    },
    transcribe: () => [{ type: 'completed', transcript: 'heard' }],
    close() {},
  };
  const model: Model = { open: () => session };
  const here = new CallServer({
    models: { phone: model, other: model },
    telephony: {
      publicUrl,
      twilio: { model: 'phone', authToken, greeting: 'Say hello.', ...twilio },
      telnyx: { model: 'phone', publicKey, ...telnyx },
    },
    ...options,
  });
  return { here, turns };
}

/** The webhook and what it orders. */
async function order(here: CallServer, asked: Ring = {}): Promise<StreamOrder> {
  return orderIn(await here.ring(asked));
}

/** A call whose stream has begun. */
async function up(here: CallServer, asked: Ring = {}, options: Partial<FakePhoneOptions> = {}) {
  const ordered = await order(here, asked);
  const { carrier = 'twilio', form = {} } = asked;
  const callSid = form['CallSid'] ?? 'CA01';
  const stream = here.stream(ordered, { carrier, callSid, parameters: ordered.parameters, ...options });
  const sideband = here.join(ordered.callId);
  stream.phone.greet();
  stream.phone.start();
  return { ...ordered, stream, phone: stream.phone, sideband };
}

/** What is done about closes is done a moment later. */
const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const typesOf = (events: readonly SeenEvent[]): string[] => events.map(({ type }) => type);
const last = (events: readonly SeenEvent[], type: string): SeenEvent | undefined =>
  events.findLast((event) => event.type === type);

async function refusal(answered: Response): Promise<string> {
  const { error } = await answered.json();
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
  return `${answered.status} ${error.code} ${error.param}`;
}

describe('a telephone call', () => {
  it('has its greeting made while it rings, and hears it as soon as its stream begins, byte by byte', async () => {
    const { here, turns } = phoneServer();
    const ordered = await order(here);
    expect(turns).toMatchObject([{ instructions: 'Say hello.' }]);
    here.clock.advance(10_000);
    const stream = here.stream(ordered, { parameters: ordered.parameters });
    stream.phone.greet();
    const startedAt = here.clock.now();
    stream.phone.start();
    here.clock.advance(6000);
    const { phone } = stream;
    expect((phone.firstSoundAt ?? Infinity) - startedAt).toBeLessThanOrEqual(40);
    const [, said] = answer;
    expect(phone.heard).toEqual(samplesToUlaw(said?.type === 'sound' ? said.samples : new Int16Array()));
    expect(phone.complaints).toEqual([]);
    expect(phone.longestUnmarkedMs).toBeLessThanOrEqual(200);
  });

  it.each([200, 1000, 4000])('keeps at most %i ms waiting at the carrier', async (aheadMs) => {
    const { here } = phoneServer({ twilio: { aheadMs } });
    const { phone } = await up(here);
    here.clock.advance(6000);
    expect(phone.heardMs).toBe(5000);
    expect(phone.mostAheadMs).toBeLessThanOrEqual(aheadMs);
    expect(phone.mostAheadMs).toBeGreaterThan(aheadMs - 60);
  });

  it('hears the caller byte by byte, at the pace of the wall, and answers', async () => {
    const { here, turns } = phoneServer({ answers: [[], answer] });
    const { phone, sideband } = await up(here);
    phone.say(loud(600));
    here.clock.advance(2000);
    expect(typesOf(sideband.events)).toEqual(
      expect.arrayContaining(['input_audio_buffer.speech_started', 'input_audio_buffer.committed', 'response.done']),
    );
    const committed = String(last(sideband.events, 'input_audio_buffer.committed')?.['item_id']);
    const heard = turns.at(-1)?.sound(committed);
    expect(heard?.sampleRate).toBe(rate);
    const samples = [...(heard?.samples ?? [])];
    const [spoken = 0, silent = 1] = ulawToSamples(Uint8Array.of(loud(1)[0] ?? 0, 0xff));
    expect(samples.filter((sample) => sample === spoken)).toHaveLength(600 * 8);
    expect(samples.every((sample) => sample === spoken || sample === silent)).toBe(true);
  });

  const places = Array.from({ length: 20 }, (_, nth) => 130 + nth * 233);

  it.each(places)(
    'is silent as soon as the caller speaks, %i ms into the answer, and knows what was heard',
    async (at) => {
      const { here, turns } = phoneServer({ answers: [answer, []] });
      const { phone, sideband } = await up(here);
      here.clock.advance(at);
      phone.say(loud(1000));
      here.clock.advance(3000);
      expect(phone.cleared).toHaveLength(1);
      const [heardMs = 0] = phone.cleared;
      const truncated = last(sideband.events, 'conversation.item.truncated');
      expect(Math.abs(Number(truncated?.['audio_end_ms']) - heardMs)).toBeLessThanOrEqual(50);
      expect(phone.heardMs).toBe(0);
      const known = turns.at(-1)?.items[0]?.words ?? '';
      expect(words.startsWith(known)).toBe(true);
      const perWord = 5000 / words.split(' ').length;
      expect(Math.abs(known.split(' ').filter(Boolean).length * perWord - heardMs)).toBeLessThanOrEqual(2 * perWord);
      expect(phone.complaints).toEqual([]);
    },
  );

  it('speaks again after it was interrupted, and late marks of what was cleared tell nothing', async () => {
    const { here } = phoneServer({ answers: [answer, [{ type: 'text', text: 'Yes?' }, sound(1000)]] });
    const { phone, sideband } = await up(here);
    here.clock.advance(1000);
    phone.say(loud(400));
    here.clock.advance(5000);
    expect(phone.cleared).toHaveLength(1);
    expect(phone.heardMs).toBe(1000);
    expect(typesOf(sideband.events).at(-1)).toBe('output_audio_buffer.stopped');
  });

  it('tells of the keys that are pressed, under no id', async () => {
    const { here } = phoneServer();
    const { phone, stream, sideband } = await up(here);
    for (const key of ['1', '#', '*', 'a']) phone.press(key);
    stream.send(JSON.stringify({ event: 'dtmf', dtmf: { digit: '12' } }));
    const told = sideband.events.filter(({ type }) => type === 'input_audio_buffer.dtmf_event_received');
    expect(told.map(({ event }) => event)).toEqual(['1', '#', '*', 'A']);
    expect(told[0]).toEqual({
      type: 'input_audio_buffer.dtmf_event_received',
      event: '1',
      received_at: Math.floor(here.clock.now() / 1000),
    });
  });

  it('waits for the caller where it has no greeting', async () => {
    const { here, turns } = phoneServer();
    const { phone } = await up(here, { carrier: 'telnyx' });
    here.clock.advance(3000);
    expect(turns).toEqual([]);
    expect(phone.heardMs).toBe(0);
  });

  it('is told who calls where the operator has it so', async () => {
    const { here, turns } = phoneServer({
      twilio: { caller: true, greeting: 'Greet {caller}.', instructions: '{called} was dialled, {call_id} is up.' },
    });
    const { sideband } = await up(here, { form: { From: '+4917<1>' } });
    expect(turns[0]?.instructions).toBe('Greet +4917<1>.');
    expect(sideband.events[0]).toMatchObject({ session: { instructions: '+493054321 was dialled, CA01 is up.' } });
  });

  it('is answered by the model that its address names', async () => {
    const { here } = phoneServer();
    await up(here, { query: '?model=other' });
    expect(here.lasting.directory.rows()).toMatchObject([{ model: 'other' }]);
  });
});

describe('a telephone call as any other', () => {
  it('is a session that operators see and can end', async () => {
    const { here } = phoneServer();
    const { callId, stream } = await up(here);
    const [row] = here.lasting.directory.rows();
    expect(row).toMatchObject({ call_id: callId, transport: 'twilio', kind: 'realtime', model: 'phone' });
    here.lasting.directory.find(row?.id ?? '')?.end();
    await aMoment();
    expect(stream.closed).toEqual({ code: 1000, reason: 'ended by the operator' });
    expect([here.lasting.sessions.count, here.clock.waiting]).toEqual([0, 0]);
  });

  it('is hung up by its id, whether it rings or talks, and unknown then', async () => {
    const { here } = phoneServer();
    const { callId, stream, sideband } = await up(here);
    const ringing = await order(here, { form: { CallSid: 'CA02' } });
    for (const id of [callId, ringing.callId]) expect((await here.control(id, 'hangup')).status).toBe(200);
    await aMoment();
    expect(stream.closed).toEqual({ code: 1000, reason: 'hung up' });
    expect(sideband.closes).toEqual([1000]);
    expect(await refusal(await here.control(callId, 'hangup'))).toBe('404 call_id_not_found call_id');
    const late = here.stream(ringing, { callSid: 'CA02', parameters: ringing.parameters });
    late.phone.start();
    expect(late.closed?.code).toBe(1008);
    expect([here.lasting.sessions.count, here.clock.waiting]).toEqual([0, 0]);
  });

  it.each(['accept', 'reject', 'refer'])('is up already, so that there is nothing to %s', async (verb) => {
    const { here } = phoneServer();
    const { callId } = await up(here);
    expect(await refusal(await here.control(callId, verb))).toBe('409 invalid_call_state call_id');
  });

  it('belongs to the key that its line names, else to the first, and is unknown to others', async () => {
    const keys = ['sk-first', { key: 'sk-second', name: 'second' }];
    const { here } = phoneServer({ telnyx: { key: 'second' }, options: { auth: { keys } } });
    const mine = await order(here);
    const others = await order(here, { carrier: 'telnyx' });
    const found = (id: string) => ['sk-first', 'sk-second'].map((key) => here.knock(id, key).answer);
    expect(found(mine.callId)).toEqual(['join', 'http']);
    expect(found(others.callId)).toEqual(['http', 'join']);
  });

  it('ends with the stream, however that ends', async () => {
    const { here } = phoneServer();
    const calls = await Promise.all(['CA01', 'CA02', 'CA03'].map((CallSid) => up(here, { form: { CallSid } })));
    const [stopped, dropped, silent] = calls;
    stopped?.phone.hangUp();
    dropped?.stream.drop();
    silent?.phone.leave();
    await aMoment();
    expect(stopped?.stream.closed?.code).toBe(1000);
    expect(here.lasting.sessions.count).toBe(1);
    here.clock.advance(30_100);
    await aMoment();
    expect(silent?.stream.closed).toEqual({ code: 1000, reason: 'the carrier has been silent for half a minute' });
    expect(calls.map(({ sideband }) => sideband.closes)).toEqual([[1000], [1000], [1000]]);
    expect([here.lasting.sessions.count, here.clock.waiting]).toEqual([0, 0]);
  });

  it('says to the end what it says when the server drains, or is cut', async () => {
    const { here } = phoneServer();
    const { phone, stream } = await up(here);
    const ringing = await order(here, { form: { CallSid: 'CA02' } });
    here.clock.advance(1000);
    here.lasting.sessions.drain(10_000, () => {});
    here.clock.advance(3900);
    expect(stream.closed).toBeNull();
    here.clock.advance(200);
    expect(phone.heardMs).toBe(5000);
    expect(stream.closed?.code).toBe(1001);
    expect(here.knock(ringing.callId).answer).toBe('join'); // nobody hears it yet, so that it has not ended
    here.lasting.sessions.terminate();
    await aMoment();
    expect([here.lasting.sessions.count, here.clock.waiting]).toEqual([0, 0]);
  });

  it('counts its frames like packets', async () => {
    const { here } = phoneServer();
    await up(here);
    here.clock.advance(1000);
    const total = (outcome: string) =>
      here.lasting.insight.packets.totals.find(({ labels }) => labels['outcome'] === outcome)?.value;
    expect(total('received')).toBeGreaterThanOrEqual(49);
    expect(total('sent')).toBeGreaterThanOrEqual(200);
  });
});

describe('the webhook of a carrier', () => {
  it.each(['twilio', 'telnyx'] as const)('of %s opens nothing without its signature', async (carrier) => {
    const { here } = phoneServer();
    const wrong: Record<string, string>[] = [
      {},
      { 'x-twilio-signature': 'AAAA', 'telnyx-timestamp': '1', 'telnyx-signature-ed25519': 'AAAA' },
    ];
    for (const headers of wrong) {
      expect(await refusal(await here.ring({ carrier, headers }))).toBe('403 invalid_signature null');
    }
    expect(here.lasting.sessions.count).toBe(0);
    expect((await here.ring({ carrier })).status).toBe(200);
  });

  it('of Telnyx is good for five minutes', async () => {
    const { here } = phoneServer();
    const at = here.clock.now();
    const late = { carrier: 'telnyx', at: at - 301_000 } as const;
    expect(await refusal(await here.ring(late))).toBe('403 invalid_signature null');
    expect((await here.ring({ carrier: 'telnyx', at: at - 290_000 })).status).toBe(200);
  });

  it('of a carrier that is not configured is at no known address', async () => {
    const here = new CallServer({ telephony: { publicUrl, twilio: { model: 'echo', authToken } } });
    expect(await refusal(await here.ring({ carrier: 'telnyx' }))).toBe('404 unknown_url null');
    expect(await refusal(await new CallServer().ring())).toBe('404 unknown_url null');
  });

  it('comes by whatever name the server has outside, to one without keys too', async () => {
    const { here } = phoneServer();
    const answered = await here.ring({ form: {} });
    expect(answered.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(await answered.text()).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?><Response><Connect><Stream url="wss:\/\/voice\.example\/telephony\/twilio\/rtc_[0-9a-f]{28}"><Parameter name="token" value="[\w-]{43}"\/><\/Stream><\/Connect><Hangup\/><\/Response>$/,
    );
  });

  it('has to name its call', async () => {
    const { here } = phoneServer();
    expect(await refusal(await here.ring({ form: { CallSid: '' } }))).toBe('400 missing_required_parameter CallSid');
  });

  it('that comes twice is answered once, while its call rings', async () => {
    const { here } = phoneServer();
    const both = await Promise.all([order(here), order(here)]);
    expect(both[0]).toEqual(both[1]);
    expect(here.lasting.sessions.count).toBe(1);
    here.clock.advance(60_000);
    await aMoment();
    expect(await order(here)).not.toEqual(both[0]);
  });

  it.each([
    ['a model that nobody knows', { query: '?model=nobody' }, {}, '400 invalid_model model'],
    ['a server that is full', {}, { limits: { sessions: 0 } }, '503 session_limit_reached null'],
    [
      'a key with too many requests',
      {},
      { auth: { keys: [{ key: 'sk', limits: { requestsPerMinute: 1 } }] } },
      '429 rate_limit_exceeded null',
    ],
    [
      'a key with too many sessions',
      {},
      { auth: { keys: [{ key: 'sk', sessions: 1 }] } },
      '429 session_limit_reached null',
    ],
  ])('is refused by %s', async (_, asked, options, expected) => {
    const { here } = phoneServer({ options });
    await here.ring({ form: { CallSid: 'CA00' } });
    const before = here.lasting.sessions.count;
    expect(await refusal(await here.ring(asked))).toBe(expected);
    expect(here.lasting.sessions.count).toBe(before);
  });

  it('is refused by a server that drains', async () => {
    const { here } = phoneServer();
    here.drain();
    expect(await refusal(await here.ring())).toBe('503 server_draining null');
  });
});

describe('a stream', () => {
  /** What becomes of a stream that begins like this. */
  async function begins(options: (ordered: StreamOrder) => Partial<FakePhoneOptions>, wait = 0): Promise<MemoryStream> {
    const { here } = phoneServer();
    const ordered = await order(here);
    here.clock.advance(wait);
    const stream = here.stream(ordered, options(ordered));
    stream.phone.greet();
    stream.phone.start();
    return stream;
  }

  it.each([
    ['without a token', () => ({})],
    ['with one that was made up', () => ({ parameters: { token: 'x'.repeat(43) } })],
    ['of another call', ({ parameters }: StreamOrder) => ({ parameters, callSid: 'CA09' })],
  ])('%s is closed at once', async (_, options) => {
    expect((await begins(options)).closed).toEqual({ code: 1008, reason: 'no such call waits' });
  });

  it('that comes after a minute finds no call', async () => {
    const good = ({ parameters }: StreamOrder) => ({ parameters });
    expect((await begins(good, 59_000)).closed).toBeNull();
    expect((await begins(good, 60_000)).closed?.code).toBe(1008);
  });

  it('brings a token once, at its own address, of its own carrier', async () => {
    const { here } = phoneServer();
    const ordered = await order(here);
    const other = await order(here, { form: { CallSid: 'CA02' } });
    const { parameters } = ordered;
    const elsewhere = here.stream(other, { parameters });
    elsewhere.phone.start();
    const asTelnyx = here.stream({ path: '/telephony/telnyx' }, { parameters, carrier: 'telnyx' });
    asTelnyx.phone.start();
    const anywhere = here.stream({ path: '/telephony/twilio' }, { parameters });
    anywhere.phone.start();
    const again = here.stream(ordered, { parameters });
    again.phone.start();
    expect([elsewhere, asTelnyx, anywhere, again].map(({ closed }) => closed?.code)).toEqual([
      1008,
      1008,
      undefined,
      1008,
    ]);
  });

  it('that names no call in five seconds is closed, whatever else it says', async () => {
    const { here } = phoneServer();
    const before = here.lasting.sessions.count;
    const ordered = { path: '/telephony/twilio' };
    const stream = here.stream(ordered);
    stream.phone.greet();
    for (const frame of ['{', '7', 'null', '[]', '{"event":"media"}', '{"event":"start"', '{"event":"stop"}'])
      stream.send(frame);
    here.clock.advance(4999);
    expect(stream.closed).toBeNull();
    here.clock.advance(1);
    expect(stream.closed).toEqual({ code: 1008, reason: 'no call was named in time' });
    expect([here.lasting.sessions.count, here.clock.waiting]).toEqual([before, 0]);
  });

  it('whose sound is no telephone’s ends its call', async () => {
    const { here } = phoneServer();
    const { stream } = await up(here, {}, { encoding: 'audio/opus' });
    await aMoment();
    expect(stream.closed?.code).toBe(1008);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('that sends binary frames is closed', async () => {
    const { here } = phoneServer();
    const { stream } = await up(here);
    stream.binary();
    await aMoment();
    expect(stream.closed?.code).toBe(1003);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('that brings more than anybody can say is closed', async () => {
    const { here } = phoneServer();
    const { stream, sideband } = await up(here);
    const payload = Buffer.from(loud(1000)).toString('base64');
    for (let chunk = 100; chunk < 200 && stream.closed === null; chunk++) {
      stream.send(
        JSON.stringify({ event: 'media', media: { track: 'inbound', chunk, timestamp: chunk * 1000, payload } }),
      );
    }
    await aMoment();
    expect(stream.closed).toEqual({ code: 1008, reason: 'more comes than a call can say' });
    expect(sideband.closes).toEqual([1000]);
  });

  it('whose reader stops is sent nothing more, and ended', async () => {
    const { here } = phoneServer({ twilio: { aheadMs: 60_000 } });
    const { stream, phone } = await up(here);
    stream.pendingBytes = 100_000;
    const sent = phone.marks.length;
    here.clock.advance(5000);
    expect(phone.marks.length).toBe(sent);
    const lost = await up(here, { form: { CallSid: 'CA02' } }, { losesMarks: true, callSid: 'CA02' });
    here.clock.advance(30_100);
    await aMoment();
    expect(lost.stream.closed?.reason).toBe('the carrier has played nothing for half a minute');
  });

  it.each(['twilio', 'telnyx'] as const)('of %s may lose sound, and bring it in another order', async (carrier) => {
    const answers = [[], answer];
    const { here, turns } = phoneServer({ answers, twilio: { greeting: 'Hi.' }, telnyx: { greeting: 'Hi.' } });
    const held: string[] = [];
    const { phone, sideband } = await up(
      here,
      { carrier },
      {
        mix(frames, tick) {
          if (tick % 10 === 0) return [];
          if (tick % 5 !== 0) return [...frames, ...held.splice(0)];
          held.push(...frames);
          return [];
        },
      },
    );
    phone.say(loud(1000));
    here.clock.advance(3000);
    const committed = last(sideband.events, 'input_audio_buffer.committed');
    const heard = turns.at(-1)?.sound(String(committed?.['item_id']));
    const [spoken = 0] = ulawToSamples(loud(1));
    // Every tenth frame was lost, and silence stands in its place.
    const samples = [...(heard?.samples ?? [])];
    expect(samples.filter((sample) => sample === spoken)).toHaveLength(900 * 8);
    const stopped = last(sideband.events, 'input_audio_buffer.speech_stopped');
    expect(Number(stopped?.['audio_end_ms'])).toBeGreaterThan(1000);
    expect(Number(stopped?.['audio_end_ms'])).toBeLessThan(1700);
  });
});

describe('the model of a call', () => {
  const call = (name: string, given: object = {}): readonly Spoken[] => [
    { type: 'message_end' },
    { type: 'call_start', name },
    { type: 'call_arguments', delta: JSON.stringify(given) },
    { type: 'call_end' },
  ];
  const account = { accountSid: 'AC01', greeting: 'Say goodbye.' };

  it('may hang up where the operator has an account, after its last word', async () => {
    const { here } = phoneServer({ twilio: account, answers: [[...answer, ...call('hang_up')]] });
    const { stream, phone, sideband } = await up(here);
    expect(sideband.events[0]).toMatchObject({ session: { tools: [{ name: 'hang_up' }] } });
    here.clock.advance(4900);
    expect(stream.closed).toBeNull();
    here.clock.advance(200);
    expect(phone.heardMs).toBe(5000);
    expect(stream.closed).toEqual({ code: 1000, reason: 'hung up' });
  });

  it('stays where the caller speaks up meanwhile', async () => {
    const { here, turns } = phoneServer({ twilio: account, answers: [[...answer, ...call('hang_up')], []] });
    const { stream, phone } = await up(here);
    here.clock.advance(2000);
    phone.say(loud(400));
    here.clock.advance(5000);
    expect(stream.closed).toBeNull();
    expect(turns).toHaveLength(2);
    expect(turns.at(-1)?.items.map(({ item }) => item.type)).toContain('function_call_output');
  });

  it('is offered nothing without an account, and a transfer only where somebody may be called', async () => {
    const offered = async (twilio: Partial<TwilioOptions>): Promise<unknown> => {
      const { here } = phoneServer({ twilio });
      const { sideband } = await up(here);
      return Reflect.get(Object(sideband.events[0]?.['session']), 'tools');
    };
    expect(await offered({})).toEqual([]);
    expect(await offered(account)).toMatchObject([{ name: 'hang_up' }]);
    expect(await offered({ ...account, referAllow: ['tel:+49*'] })).toMatchObject([
      { name: 'hang_up' },
      { name: 'transfer' },
    ]);
  });

  it.each(['+1900555', 'tel:+1900555', '', 'sip:a@b.example', '+49 *'])('may not transfer to "%s"', async (target) => {
    const answers = [call('transfer', { target }), []];
    const { here, turns } = phoneServer({ twilio: { ...account, referAllow: ['tel:+49*'] }, answers });
    const { stream, callId } = await up(here);
    here.clock.advance(100);
    await aMoment();
    expect(stream.closed).toBeNull();
    expect(turns).toHaveLength(2);
    const answered = await here.post(`/v1/realtime/calls/${callId}/refer`, {
      body: JSON.stringify({ target_uri: target }),
    });
    expect(await refusal(answered)).toBe('400 invalid_value target_uri');
  });
});
