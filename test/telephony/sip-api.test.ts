import { join } from 'node:path';
import OpenAI from 'openai';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { memoryState, systemClock } from '../../src/server/index.ts';
import { breachesOf } from '../../src/take/laws-of-take.ts';
import { valueOf } from '../../src/telephony/sip/message.ts';
import { readTake, recordTo, virtualClock } from '../../src/testing/index.ts';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import { openApp, secret } from './sip-app.ts';
import { keyLine, openSound, tls } from './sip-dial.ts';
import { offer, type SipPhone, soundPort } from './sip-phone.ts';
import { apiKey, type Dialled, rig, sdk, session, telephone } from './sip-rig.ts';

/** The statuses that the telephone has heard of its call. */
const heard = (phone: SipPhone): number[] => phone.answers('INVITE').map(({ status }) => status);

/** What an SDK's call fails with. */
async function failure(act: Promise<unknown>): Promise<string> {
  const error: unknown = await act.then(
    () => 'nothing',
    (cause: unknown) => cause,
  );
  return error instanceof OpenAI.APIError ? `${error.status} ${error.code} ${error.param}` : String(error);
}

describe('the webhook of a call by SIP', () => {
  it('is signed for both the official SDK and Standard Webhooks, and tells of the headers as they came', async () => {
    const { app, openai, ring } = await rig();
    const { phone, headers, body, callId } = await ring({
      'X-Account': 'seven',
      'Proxy-Authorization': 'Digest secret',
      Authorization: 'Digest secret',
      'x-account': 'eight',
      Subject: 'caf\u00c3\u00a9',
    });
    const event = await openai.webhooks.unwrap(body, headers as Record<string, string>);
    expect(event).toMatchObject({
      object: 'event',
      type: 'realtime.call.incoming',
      id: expect.stringMatching(/^evt_/),
    });
    if (event.type !== 'realtime.call.incoming') throw new Error('another event');
    expect(event.data.call_id).toBe(callId);
    expect(event.data.sip_media_security).toBe('rtp');
    const named = event.data.sip_headers.map(({ name, value }) => `${name}: ${value}`);
    expect(named.filter((header) => /^x-account/i.test(header))).toEqual(['X-Account: seven', 'X-Account: eight']);
    expect(named).toContain('Subject: café');
    expect(named).toContain(`Call-ID: ${phone.id}`);
    expect(body).not.toContain('Digest');
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(verified).toEqual(JSON.parse(body));
    const other = new Webhook(`whsec_${Buffer.from('another').toString('base64')}`);
    expect(() => other.verify(body, headers as Record<string, string>)).toThrow('No matching signature');
    expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow(
      'No matching signature',
    );
    await expect(
      openai.webhooks.unwrap(body.replace('rtc_', 'rtc-'), headers as Record<string, string>),
    ).rejects.toThrow('signature');
    expect(app.told).toHaveLength(1);
  });

  it('says whether the sound is encrypted', async () => {
    const app = await openApp();
    const webhook = { url: app.url, secret };
    const server = await serve({ tls, telephony: { sip: { listen: ['tls://127.0.0.1:0'], webhook } } });
    const phone = await telephone(server.sip[0] ?? '');
    phone.invite(offer((await openSound()).port, { protocol: 'RTP/SAVP', lines: [keyLine(1)] }));
    expect(JSON.parse((await app.delivery()).body).data.sip_media_security).toBe('srtp');
  });

  it('is tried again where the app fails, is slow, or sends us elsewhere, under one id and with a new time', async () => {
    const clock = virtualClock();
    const elsewhere = await openApp();
    const app = await openApp((response) => {
      if (app.told.length === 1) response.writeHead(307, { location: elsewhere.url }).end();
      // The second is never answered.
      if (app.told.length === 3) response.writeHead(500).end();
    });
    const { dial } = await rig({}, { clock }, app);
    const { phone } = await dial();
    await app.delivery();
    /** Time passes until there is this. */
    const passing = async (what: string, probe: () => boolean): Promise<void> => {
      await until(what, () => {
        clock.advance(20);
        return probe();
      });
    };
    await passing('the second try', () => app.told.length === 2);
    await passing('the third try', () => app.told.length === 3);
    await passing('the refusal', () => heard(phone).includes(480));
    expect(app.told).toHaveLength(3);
    expect(elsewhere.told).toEqual([]);
    const ids = app.told.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    const times = app.told.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1);
    // Five seconds of patience, and two between.
    expect((times[2] ?? 0) - (times[1] ?? 0)).toBeGreaterThanOrEqual(7);
    expect(() =>
      new Webhook(secret).verify(app.told[0]?.body ?? '', {
        ...(app.told[0]?.headers as Record<string, string>),
        'webhook-timestamp': '1',
      }),
    ).toThrow('too old');
  });

  it('finds nobody where the app is down, and the call is not available', async () => {
    const clock = virtualClock();
    const webhook = { url: 'http://127.0.0.1:1/hook', secret };
    const { phone } = await (await rig({ webhook }, { clock })).dial();
    await until('the refusal', () => {
      clock.advance(20);
      return heard(phone).includes(480);
    });
  });
});

describe('a call by SIP, as the official SDK controls it', () => {
  it('is accepted from within the webhook, joined, hears keys, is transferred, and then unknown', async () => {
    const answering = await openApp(async (response, { callId: rings }) => {
      // The call is there before the webhook is answered.
      await openai.realtime.calls.accept(rings, session);
      response.end();
    });
    const refers = { referAllow: ['sip:*@127.0.0.1', 'tel:+49*'] };
    const { server, openai, ring } = await rig(refers, {}, answering);
    const { phone, rtp, callId } = await ring();
    const accepted = await phone.final('INVITE');
    phone.ack();
    expect(heard(phone)).toEqual([100, 180, 200]);
    const sideband = await connect(`${server.ws}/v1/realtime?call_id=${callId}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    expect(await sideband.event('session.created')).toMatchObject({
      session: { model: 'echo', audio: { input: { format: { type: 'audio/pcmu' } } } },
    });
    await rtp.send(rtp.key(5, true), soundPort(accepted));
    expect(await sideband.event('input_audio_buffer.dtmf_event_received')).toEqual({
      type: 'input_audio_buffer.dtmf_event_received',
      event: '5',
      received_at: expect.any(Number),
    });
    expect(await failure(openai.realtime.calls.accept(callId, session))).toBe('409 call_already_answered call_id');
    expect(await failure(openai.realtime.calls.reject(callId))).toBe('409 call_already_answered call_id');
    for (const target_uri of ['tel:+1900555', 'https://a.example', 'sip:a@127.0.0.1;maddr=192.0.2.1']) {
      expect(await failure(openai.realtime.calls.refer(callId, { target_uri }))).toBe('400 invalid_value target_uri');
    }
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('antiphon_sessions{kind="realtime",transport="sip"} 1');
    const referred = openai.realtime.calls.refer(callId, { target_uri: 'sip:desk@127.0.0.1' });
    const refer = await phone.request('REFER');
    expect(valueOf(refer, 'Refer-To')).toBe('<sip:desk@127.0.0.1>');
    phone.answer(refer, 202);
    phone.ask('NOTIFY', { body: 'SIP/2.0 200 OK\r\n', lines: { Event: 'refer', 'Content-Type': 'message/sipfrag' } });
    await referred;
    phone.answer(await phone.request('BYE'), 200);
    expect((await sideband.closed()).code).toBe(1000);
    expect(await failure(openai.realtime.calls.hangup(callId))).toBe('404 call_id_not_found call_id');
    expect(await failure(openai.realtime.calls.accept(callId, session))).toBe('409 call_ended call_id');
    expect(await failure(openai.realtime.calls.accept('rtc_0', session))).toBe('404 call_id_not_found call_id');
  });

  it('is rejected, and hung up while it rings and while it is up', async () => {
    const { openai, ring } = await rig();
    const { calls } = openai.realtime;
    const declined = await ring();
    await calls.reject(declined.callId);
    expect(await declined.phone.final('INVITE')).toMatchObject({ status: 603, reason: 'Decline' });

    const busy = await ring();
    expect(await failure(calls.reject(busy.callId, { status_code: 200 }))).toBe('400 invalid_value status_code');
    await calls.reject(busy.callId, { status_code: 486 });
    expect(await busy.phone.final('INVITE')).toMatchObject({ status: 486, reason: 'Busy Here' });

    const hasty = await ring();
    await calls.hangup(hasty.callId);
    expect((await hasty.phone.final('INVITE')).status).toBe(480);

    const long = await ring();
    expect(await failure(calls.refer(long.callId, { target_uri: 'tel:+493012' }))).toBe(
      '409 invalid_call_state call_id',
    );
    expect(await failure(calls.accept(long.callId, { ...session, model: 'nobody' }))).toBe('400 invalid_model model');
    await calls.accept(long.callId, session);
    expect((await long.phone.final('INVITE')).status).toBe(200);
    long.phone.ack();
    await calls.hangup(long.callId);
    long.phone.answer(await long.phone.request('BYE'), 200);
  });

  it('is over for its app once the caller has given up, and joined by nobody', async () => {
    const { openai, server, ring } = await rig();
    const { phone, callId } = await ring();
    const address = `${server.ws}/v1/realtime?call_id=${callId}`;
    const headers = { authorization: `Bearer ${apiKey}` };
    const sideband = await connect(address, { headers });
    phone.cancel();
    expect((await phone.final('INVITE')).status).toBe(487);
    expect(await failure(openai.realtime.calls.accept(callId, session))).toBe('409 call_ended call_id');
    expect(await sideband.closed()).toEqual({ code: 1000, reason: 'hung up' });
    expect((await refusedUpgrade(address, { headers })).status).toBe(404);
  });

  it('is joined before it is accepted, and what was said on the sideband meanwhile comes first', async () => {
    const { openai, server, ring } = await rig();
    const { phone, callId } = await ring();
    const sideband = await connect(`${server.ws}/v1/realtime?call_id=${callId}`, {
      headers: { authorization: `Bearer ${apiKey}` },
    });
    sideband.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    sideband.send({ type: 'input_audio_buffer.clear' });
    await openai.realtime.calls.accept(callId, session);
    await sideband.event('input_audio_buffer.cleared');
    expect(sideband.events.slice(0, 3)).toMatchObject([
      { type: 'session.created' },
      { type: 'session.updated', session: { instructions: 'Be brief.' } },
      { type: 'input_audio_buffer.cleared' },
    ]);
    expect((await phone.final('INVITE')).status).toBe(200);
  });

  it('that nobody accepts is not available after half a minute', async () => {
    const clock = virtualClock();
    const { openai, ring } = await rig({}, { clock });
    const { phone, callId } = await ring();
    clock.advance(29_999);
    expect(heard(phone)).not.toContain(480);
    clock.advance(1);
    expect((await phone.final('INVITE')).status).toBe(480);
    expect(await failure(openai.realtime.calls.accept(callId, session))).toBe('409 call_ended call_id');
  });

  it('is written down with its sound, and shown to operators', async () => {
    const path = join(folderWith({}), 'phone.take');
    const auth = { keys: [apiKey], adminKeys: ['sk-admin'] };
    const { openai, server, ring } = await rig({}, { record: recordTo(path), auth });
    const { phone, rtp, callId } = await ring();
    await openai.realtime.calls.accept(callId, session);
    const { body } = await phone.final('INVITE');
    phone.ack();
    const admin = await fetch(`${server.url}/admin/sessions`, { headers: { authorization: 'Bearer sk-admin' } });
    expect(await admin.json()).toMatchObject({ data: [{ call_id: callId, transport: 'sip', model: 'echo' }] });
    for (let sent = 0; sent < 10; sent++) await rtp.send(rtp.next(new Uint8Array(160).fill(0x55)), soundPort({ body }));
    await until('time to pass', () => rtp.received.length > 20);
    phone.ask('BYE');
    expect((await phone.final('BYE')).status).toBe(200);
    await server.close();
    const take = readTake(path);
    expect(take.header).toMatchObject({
      transport: 'sip',
      in: { format: 'audio/pcmu' },
      out: { format: 'audio/pcmu' },
    });
    expect(take.entries.some((entry) => entry.is === 'sound' && entry.track === 'in')).toBe(true);
    expect(breachesOf(take)).toEqual([]);
  });

  it('is ended by its operator, who sees it by its id', async () => {
    const { openai, server, ring } = await rig({}, { auth: { keys: [apiKey], adminKeys: ['sk-admin'] } });
    const { phone, callId } = await ring();
    await openai.realtime.calls.accept(callId, session);
    await phone.final('INVITE');
    phone.ack();
    const headers = { authorization: 'Bearer sk-admin' };
    const { data } = await (await fetch(`${server.url}/admin/sessions`, { headers })).json();
    const ended = await fetch(`${server.url}/admin/sessions/${data[0].id}`, { method: 'DELETE', headers });
    expect(ended.status).toBe(204);
    phone.answer(await phone.request('BYE'), 200);
  });

  it('is accepted on any node, and by no other key', async () => {
    const app = await openApp();
    const state = memoryState(systemClock());
    const auth = { keys: [apiKey, 'sk-other'] };
    const sip = { listen: ['udp://127.0.0.1:0'], webhook: { url: app.url, secret } };
    const holder = await serve({ auth, state, node: { id: 'aaaaaa' }, telephony: { sip } });
    const other = await serve({ auth, state, node: { id: 'bbbbbb' } });
    const phone = await telephone(holder.sip[0] ?? '');
    phone.invite(offer((await openSound()).port));
    const { callId } = await app.delivery();
    expect(callId).toMatch(/^rtc_aaaaaa/);
    const stranger = new OpenAI({ baseURL: `${other.url}/v1`, apiKey: 'sk-other', maxRetries: 0 });
    expect(await failure(stranger.realtime.calls.accept(callId, session))).toBe('404 call_id_not_found call_id');
    await sdk(other.url).realtime.calls.accept(callId, session);
    expect((await phone.final('INVITE')).status).toBe(200);
    phone.ack();
    await sdk(other.url).realtime.calls.hangup(callId);
    await phone.request('BYE');
  });
});

describe('telephones that call by SIP', () => {
  it('are turned away from elsewhere than the peers, and no app hears of them', async () => {
    const { app, server, dial } = await rig({ peers: ['192.0.2.0/24'] });
    const { phone } = await dial({ From: '<sip:carrier@192.0.2.1>;tag=1', Contact: '<sip:carrier@192.0.2.1>' });
    expect((await phone.final('INVITE')).status).toBe(403);
    expect(app.told).toEqual([]);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/antiphon_refusals_total\{code="peer_not_allowed"\} 1\n/);
  });

  it('set up fifty calls a second, and the next is to come again', async () => {
    const { app, dial } = await rig({}, { clock: virtualClock() });
    const dialled: Dialled[] = [];
    for (let nth = 0; nth < 51; nth++) dialled.push(await dial());
    const last = await until('the refusal', () =>
      dialled.map(({ phone }) => phone.answers('INVITE').at(-1)).find((answer) => answer?.status === 503),
    );
    expect(valueOf(last, 'Retry-After')).toBe('1');
    await until('the webhooks', () => app.told.length === 50);
    expect(dialled.filter(({ phone }) => heard(phone).includes(503))).toHaveLength(1);
  });

  it('hear what is in their way, before any app does', async () => {
    const { app, dial, ring } = await rig({}, { limits: { sessions: 1 } });
    const mute = await dial({}, '18 101');
    expect((await mute.phone.final('INVITE')).status).toBe(488);
    expect(app.told).toEqual([]);
    await ring();
    const crowded = await dial();
    const refused = await crowded.phone.final('INVITE');
    expect([refused.status, valueOf(refused, 'Retry-After')]).toEqual([503, '10']);
    expect(app.told).toHaveLength(1);
  });
});
