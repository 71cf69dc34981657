import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { systemClock } from '../src/server/index.ts';
import { orderIn, webhookOf } from '../src/testing/carrier-webhook.ts';
import { FakePhone } from '../src/testing/fake-phone.ts';
import { median } from './measure.ts';
import { bareSound, callBySip } from './sip-caller.ts';
import { engineMs, Served } from './telephone-server.ts';

/** Calls one after the other, calls at once, and how long those talk. */
const setUps = 40;
const calls = 50;
const seconds = 10;
/** How long a telephone rings, in milliseconds. */
const ringMs = 1000;

/** What telephone calls take, over media streams and by SIP. */
export async function run(): Promise<void> {
  await runStreams();
  await runSip();
}

/**
 * Over media streams: from the `start` of a stream to the first sound, where the greeting was
 * made while the phone rang and where it had no time for that; set-ups a second; processor time of a call that talks and
 * listens, beside that of a bare server which reads and sends as many frames.
 */
async function runStreams(): Promise<void> {
  const ours = await Served.begin('streams');
  const bare = await Served.begin('bare-streams');
  try {
    const rung: number[] = [];
    for (let nth = 0; nth < 10; nth++) rung.push(await firstSound(ours.url, `CA-rung-${nth}`, ringMs));
    print(
      'start to first sound, rung',
      `${median(rung).toFixed(1)} ms   latest ${Math.max(...rung).toFixed(1)} ms   goal 300`,
    );
    const hasty = [await firstSound(ours.url, 'CA-hasty', 0)];
    print('the same, picked up at once', `${median(hasty).toFixed(1)} ms   engines take ${engineMs} ms`);
    const from = performance.now();
    const cpuFrom = await ours.cpuMs();
    await Promise.all(Array.from({ length: setUps }, (_, nth) => firstSound(ours.url, `CA-set-${nth}`, 0)));
    const setUpMs = ((await ours.cpuMs()) - cpuFrom) / setUps;
    print(
      'set-ups',
      `${(setUps / ((performance.now() - from) / 1000)).toFixed(0)}/s at once   ${setUpMs.toFixed(2)} ms CPU each`,
    );
    await printTalking(ours, bare, async ({ url }, nth) => {
      const talk = await (url.startsWith('ws') ? streamed(url, 'CA', {}) : call(url, `CA-talk-${nth}`, 0));
      talk.phone.start();
      return () => leave(talk);
    });
  } finally {
    await ours.end();
    await bare.end();
  }
}

function print(what: string, figures: string): void {
  console.log(`${what.padEnd(30)} ${figures}`);
}

interface Talking {
  readonly phone: FakePhone;
  readonly socket: WebSocket;
}

async function call(url: string, callSid: string, rings: number): Promise<Talking> {
  const { target, headers, body } = webhookOf({ form: { CallSid: callSid } });
  const order = await orderIn(await fetch(`${url}${target}`, { method: 'POST', headers, body }));
  await sleep(rings);
  return streamed(`${url.replace('http', 'ws')}${order.path}`, callSid, order.parameters);
}

async function streamed(url: string, callSid: string, parameters: Readonly<Record<string, string>>): Promise<Talking> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const phone = new FakePhone({
    carrier: 'twilio',
    clock: systemClock(),
    callSid,
    parameters,
    send: (frame) => socket.send(frame),
  });
  await once(socket, 'open');
  socket.on('message', (data) => phone.take(String(data)));
  phone.greet();
  return { phone, socket };
}

async function firstSound(url: string, callSid: string, rings: number): Promise<number> {
  const { phone, socket } = await call(url, callSid, rings);
  const from = performance.now();
  phone.start();
  await once(socket, 'message');
  const ms = performance.now() - from;
  leave({ phone, socket });
  return ms;
}

function leave({ phone, socket }: Talking): void {
  phone.leave();
  socket.terminate();
}

/** By SIP: set-ups a second, each with its call's end; and the same processor time. */
async function runSip(): Promise<void> {
  const ours = await Served.begin('sip');
  const bare = await Served.begin('bare-rtp');
  try {
    const from = performance.now();
    const cpuFrom = await ours.cpuMs();
    await Promise.all(Array.from({ length: setUps }, async () => (await callBySip(ours.url)).hangUp()));
    const setUpMs = ((await ours.cpuMs()) - cpuFrom) / setUps;
    print(
      'set-ups by SIP',
      `${(setUps / ((performance.now() - from) / 1000)).toFixed(0)}/s at once   ${setUpMs.toFixed(2)} ms CPU each`,
    );
    await sleep(1000); // a source may set up fifty a second
    await printTalking(ours, bare, async (server) => {
      if (server === bare) return bareSound(server.url);
      const made = await callBySip(server.url);
      return () => void made.hangUp();
    });
  } finally {
    await ours.end();
    await bare.end();
  }
}

/** A call that talks until the function is called. */
type Talk = (server: Served, nth: number) => Promise<() => void>;

async function printTalking(ours: Served, bare: Served, talk: Talk): Promise<void> {
  const [own, other] = [await talking(ours, talk), await talking(bare, talk)];
  print('CPU of a call', `${own.toFixed(2)} % of a core   bare ${other.toFixed(2)} %   ${(other / own).toFixed(2)} ×`);
}

/** Processor time of a call that talks all the time, as a part of a core. */
async function talking(server: Served, talk: Talk): Promise<number> {
  const all = await Promise.all(Array.from({ length: calls }, (_, nth) => talk(server, nth)));
  await sleep(2000);
  const from = performance.now();
  const before = await server.cpuMs();
  await sleep(seconds * 1000);
  const used = (await server.cpuMs()) - before;
  const share = (used / (performance.now() - from) / calls) * 100;
  for (const end of all) end();
  return share;
}
