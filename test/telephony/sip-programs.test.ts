import { describe, expect, it } from 'vitest';
import { encodeSamples } from '../../src/audio/node/index.ts';
import { speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { Baresip } from './baresip.ts';
import { addressOf, overTls, tls } from './sip-dial.ts';
import { type Answered, type Echo, openEcho, udp } from './sip-echo.ts';

const says = speech(
  'Good morning! What is the weather in Paris today?',
  { beforeMs: 300, afterMs: 60_000 },
  'audio/pcmu',
);

function target(echo: Echo, nth = 0): string {
  const { host, port, transport } = echo.addresses[nth] ?? addressOf(echo);
  return `sip:bot@${host}:${port};transport=${transport}`;
}

/** Loud pieces of 20 ms. */
function piecesOf(sound: Uint8Array): string[] {
  const pieces = Array.from({ length: Math.floor(sound.length / 160) }, (_, at) =>
    sound.subarray(at * 160, at * 160 + 160),
  );
  return pieces.filter((piece) => new Set(piece).size > 20).map((piece) => Buffer.from(piece).toString('latin1'));
}

/** How much of what was said is in what was heard, to the byte, and after what was said before it: 0 to 1. */
function share(said: Uint8Array, heard: Uint8Array): number {
  const text = Buffer.from(heard).toString('latin1');
  const pieces = piecesOf(said);
  let from = 0;
  let found = 0;
  for (const piece of pieces) {
    const at = text.indexOf(piece, from);
    if (at < 0) continue;
    from = at + piece.length;
    found += 1;
  }
  return found / Math.max(1, pieces.length);
}

async function answer(echo: Echo): Promise<Answered> {
  return until('the call', () => echo.answered[0]);
}

const heardBy = ({ heard }: Answered): Uint8Array => Buffer.concat(heard);

describe('baresip', () => {
  it('hears all that it says, byte by byte, presses keys, holds and resumes, and hangs up', async () => {
    const echo = await openEcho();
    const phone = await Baresip.start({ says });
    phone.type(`dial ${target(echo)}`);
    const call = await answer(echo);
    await phone.prints('Call established');
    await until('the speech', () => piecesOf(heardBy(call)).length >= piecesOf(says).length * 0.9);
    for (const key of '5#') phone.type(`sndcode ${key}`);
    await until('the keys', () => call.keys.length === 2);
    phone.type('hold');
    await until('the hold', async () => {
      const { sent } = call.sound.statistics;
      await new Promise((resolve) => setImmediate(resolve));
      const heard = call.heard.length;
      await until('time', () => call.heard.length > heard + 3);
      return call.sound.statistics.sent === sent;
    });
    const { sent } = call.sound.statistics;
    phone.type('resume');
    await until('sound again', () => call.sound.statistics.sent > sent + 10);
    phone.type('hangup');
    await until('the end', () => call.ended() ?? undefined);
    expect(call.ended()).toBe('the caller has hung up');
    expect(call.keys).toEqual(['5', '#']);
    await phone.quit();
    const { said, heard } = phone.recordings;
    const [spoken, echoed] = [said, heard].map((samples) => encodeSamples(samples, 'audio/pcmu'));
    expect(share(spoken ?? says, heardBy(call))).toBeGreaterThan(0.8);
    expect(share(spoken ?? says, echoed ?? says)).toBeGreaterThan(0.8);
  });

  it('calls over TLS with protected sound in A-law, tells keys by INFO, and is hung up', async () => {
    const echo = await openEcho({ listen: [overTls], tls });
    const phone = await Baresip.start({ says, transport: 'tls', codec: 'pcma', keys: 'info', isProtected: true });
    phone.type(`dial ${target(echo)}`);
    const call = await answer(echo);
    expect([call.sound.coding, call.call.security]).toEqual(['audio/pcma', 'srtp-sdes']);
    await phone.prints('Call established');
    await until('some of the speech', () => piecesOf(heardBy(call)).length > 50);
    phone.type('sndcode 7');
    await until('the key', () => call.keys.length > 0);
    expect(call.keys).toEqual(['7']);
    call.call.hangUp();
    await phone.prints('session closed');
    await phone.quit();
    const { said, heard } = phone.recordings;
    const [spoken, echoed] = [said, heard].map((samples) => encodeSamples(samples, 'audio/pcma'));
    expect(share(heardBy(call), spoken ?? says)).toBeGreaterThan(0.8);
    expect(share(echoed ?? says, spoken ?? says)).toBeGreaterThan(0.8);
  });

  it('over TCP goes where we refer it, and we hang up once it is there', async () => {
    const [first, second] = [await openEcho({ listen: [{ ...udp, transport: 'tcp' }] }), await openEcho()];
    const phone = await Baresip.start({ says, transport: 'tcp' });
    phone.type(`dial ${target(first)}`);
    const call = await answer(first);
    await phone.prints('Call established');
    expect(await call.call.refer(target(second))).toBe(true);
    const next = await answer(second);
    await until('sound at the other end', () => next.sound.statistics.received > 10);
    phone.type('hangup');
    await until('the end', () => next.ended() ?? undefined);
    await phone.quit();
  });
});
