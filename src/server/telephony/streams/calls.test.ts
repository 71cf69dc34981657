import { describe, expect, it } from 'vitest';
import { samplesToUlaw, ulawToSamples } from '../../../audio/g711.ts';
import {
  aMoment,
  answer,
  last,
  loud,
  order,
  phoneServer,
  rate,
  refusal,
  sound,
  typesOf,
  up,
  words,
} from '../../../testing/phone-server.ts';
import { everyone } from '../../admission/keys.ts';

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

  it.each([20, 80])(
    'never takes for heard what is still %i ms away, and little of what was for unheard',
    async (latencyMs) => {
      for (const at of [300, 1000, 1777, 2500, 3911]) {
        const { here } = phoneServer({ answers: [answer, []] });
        const { phone, sideband } = await up(here, {}, { latencyMs });
        here.clock.advance(at);
        phone.say(loud(1000));
        here.clock.advance(3000);
        const [heardMs = 0] = phone.cleared;
        const cutMs = Number(last(sideband.events, 'conversation.item.truncated')?.['audio_end_ms']);
        expect(cutMs).toBeLessThanOrEqual(heardMs);
        // The clear is on its way for as long, and so was the mark; a telephone plays whole frames.
        expect(heardMs - cutMs).toBeLessThanOrEqual(2 * latencyMs + 50);
      }
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

  it('is over when the caller has hung up, though its session has asked to be taken up again', async () => {
    const { here } = phoneServer();
    const { phone, sideband } = await up(here);
    sideband.send({ type: 'session.update', session: { type: 'realtime', resumption: { enabled: true } } });
    const session = Object(last(sideband.events, 'session.updated')?.['session']);
    const handle = String(Reflect.get(Object(session.resumption), 'handle'));
    phone.hangUp();
    for (let moments = 0; moments < 20; moments++) await aMoment(); // until what was written down is forgotten
    expect(sideband.closes).toEqual([1000]);
    const { resuming } = here.lasting;
    const found = await resuming.find({ handle, owner: everyone });
    const claimed = found.is === 'left' ? await resuming.claim(found) : found;
    expect(claimed).toMatchObject({ error: { code: 'resume_handle_expired' } });
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
