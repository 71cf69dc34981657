import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { lossyFront } from '../media/lossy-front.ts';
import { repeats } from '../setup/scale.ts';
import { addressOf, closeLater, dial, openSound } from './sip-dial.ts';
import { openEcho, udp, virtualTime } from './sip-echo.ts';
import { offer, soundPort } from './sip-phone.ts';

const pieceOf = (number: number): Uint8Array => new Uint8Array(160).fill(number);

describe('many calls at once', () => {
  it('have each its own sound, and its own keys', async () => {
    const time = virtualTime();
    const echo = await openEcho(time);
    const callers = await Promise.all(
      Array.from({ length: repeats(100) }, async (_, nth) => {
        const [phone, rtp] = [await dial(echo), await openSound()];
        phone.invite(offer(rtp.port));
        const port = soundPort(await phone.final('INVITE'));
        phone.ack();
        return { phone, rtp, port, number: (nth % 100) + 1 };
      }),
    );
    const all = (): number => echo.answered.reduce((sum, { sound }) => sum + sound.statistics.received, 0);
    await until('every answer', () => echo.answered.length === callers.length);
    for (let round = 1; round <= 25; round++) {
      for (const { rtp, port, number } of callers) void rtp.send(rtp.next(pieceOf(number)), port);
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      await until('what was said', () => all() >= round * callers.length);
      time.clock.advance(20);
    }
    time.clock.advance(100);
    await until('what was sent', () =>
      callers.every(({ rtp, number }) => rtp.received.filter(({ payload }) => payload[0] === number).length >= 25),
    );
    for (const { rtp, number } of callers) {
      const others = rtp.received.filter(({ payload: [byte = 0] }) => byte !== number && byte > 0 && byte <= 100);
      expect(others.length).toBeLessThanOrEqual(5); // a hole’s filling, ever quieter
    }
    for (const { phone } of callers) phone.ask('BYE');
    await Promise.all(callers.map(({ phone }) => phone.final('BYE')));
    await until('the end of all', () => echo.answered.every(({ ended }) => ended() !== null));
  });

  it('come as sipp makes them, through a network that loses a fifth of all messages', async () => {
    const echo = await openEcho({ echoes: false });
    const front = closeLater(await lossyFront(addressOf(echo).port, { seed: 16, loss: 0.2, duplicates: 0.1 }));
    const calls = repeats(100);
    const output = await sipp(front.port, ['-m', `${calls}`, '-l', `${calls}`, '-r', '50', '-d', '500']);
    expect(output).toMatch(new RegExp(`Successful call +\\| +\\d+ +\\| +${calls} `));
    expect(front.counts.lost).toBeGreaterThan(0);
    expect(echo.calls.length).toBe(calls);
    await until('the end of all', () => echo.answered.every(({ ended }) => ended() !== null));
  });
});

/** Runs sipp's own caller to its end; what it prints. */
async function sipp(port: number, options: readonly string[]): Promise<string> {
  const fixed = ['-sn', 'uac', `127.0.0.1:${port}`, '-i', '127.0.0.1', '-mi', '127.0.0.1', '-nostdin'];
  const child = spawn('sipp', [...fixed, ...options], { cwd: folderWith({}) });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`sipp ended with ${String(code)}: ${output.slice(-3000)}`);
  return output;
}

describe('sound that is lost on its way', () => {
  it.each([1, 5, 20])(
    'by %d in a hundred is missed for as long as it was, and the rest is whole and in order',
    async (percent) => {
      const time = virtualTime();
      const echo = await openEcho({ ...time, echoes: false });
      const [phone, rtp] = [await dial(echo), await openSound()];
      phone.invite(offer(rtp.port));
      const port = soundPort(await phone.final('INVITE'));
      phone.ack();
      const { sound, heard } = await until('the answer', () => echo.answered[0]);
      const random = randomOf(percent);
      const packets = repeats(2000);
      let lost = 0;
      const kept: string[] = [];
      for (let nth = 0; nth < packets; nth++) {
        const payload = Uint8Array.from({ length: 160 }, (_, at) => 1 + ((nth * 7 + at * at) % 120));
        const packet = rtp.next(payload);
        const isLost = nth > 0 && nth < packets - 1 && random() < percent / 100;
        if (isLost) lost += 1;
        else {
          kept.push(Buffer.from(payload).toString('latin1'));
          // oxlint-disable-next-line no-await-in-loop -- one packet after the other
          await rtp.send(packet, port);
          // oxlint-disable-next-line no-await-in-loop -- likewise
          await until('the packet', () => sound.statistics.received === kept.length);
        }
        time.clock.advance(20);
      }
      time.clock.advance(200);
      expect(sound.statistics).toMatchObject({ received: packets - lost, lost, late: 0, duplicates: 0 });
      expect(lost).toBeGreaterThan(0);
      expect(heard.length).toBe(packets + 10);
      const frames = heard.map((frame) => Buffer.from(frame).toString('latin1'));
      const inOrder = frames.filter((frame) => kept.includes(frame));
      expect(inOrder).toEqual(kept);
    },
  );
});

/** Numbers below 1 that are the same each time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('strangers', () => {
  it('who send an INVITE a thousand times have one call, and hear one answer', async () => {
    const echo = await openEcho({ echoes: false });
    const phone = await dial(echo);
    const invite = phone.invite(offer(4000));
    for (let nth = 0; nth < repeats(10_000); nth++) phone.raw(invite);
    const accepted = await phone.final('INVITE');
    phone.ack();
    await phone.settled();
    expect(echo.calls.length).toBe(1);
    expect(new Set(phone.answers('INVITE').map(({ status }) => status))).toEqual(new Set([180, accepted.status]));
    const bodies = phone.answers('INVITE').filter(({ status }) => status === 200);
    expect(new Set(bodies.map(({ body }) => body)).size).toBe(1);
  });

  it('who send nothing of sense, by datagram or connection, are no trouble to the next call', async () => {
    const echo = await openEcho({ listen: [udp, { ...udp, transport: 'tcp' }], echoes: false });
    const phone = await dial(echo);
    const invite = phone.invite(offer(4000));
    await phone.final('INVITE');
    phone.ack();
    const [, tcp] = echo.addresses;
    const edit = fc.record({ at: fc.nat(invite.length), cut: fc.nat(40), put: fc.string({ maxLength: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const text = edits.reduce((all, { at, cut, put }) => all.slice(0, at) + put + all.slice(at + cut), invite);
        phone.raw(text);
        const socket = connect({ host: '127.0.0.1', port: tcp?.port ?? 0 });
        socket.on('error', () => {});
        await once(socket, 'connect');
        socket.end(Buffer.from(text, 'latin1'));
        socket.destroy();
      }),
      { numRuns: repeats(500) },
    );
    const next = await dial(echo);
    next.invite(offer(4000));
    expect((await next.final('INVITE')).status).toBe(200);
    next.ack();
  });

  it('who take all connections and say nothing give way to who calls', async () => {
    const echo = await openEcho({ listen: [{ ...udp, transport: 'tcp' }], echoes: false });
    const { port } = addressOf(echo);
    const first = await dial(echo);
    first.invite(offer(4000));
    await first.final('INVITE');
    first.ack();
    const state = { open: 0, closed: 0 };
    const idle = Array.from({ length: 1_000 }, (_, nth) => {
      const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.1.${1 + (nth % 5)}` });
      socket.on('error', () => {});
      socket.on('connect', () => (state.open += 1));
      socket.on('close', () => (state.closed += 1));
      return socket;
    });
    await until('connections', () => state.open === idle.length);
    await until('the one that gives way to the last of them', () => state.closed === 1);
    const second = await dial(echo);
    second.invite(offer(4002));
    expect((await second.final('INVITE')).status).toBe(200);
    second.ack();
    await until('the one that gives way to who calls', () => state.closed === 2);
    first.ask('OPTIONS');
    expect((await first.final('OPTIONS')).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });

  it('who connect and say nothing, half of something or too much are let go, and who has a call is not', async () => {
    const time = virtualTime();
    const ended: string[] = [];
    const echo = await openEcho({
      ...time,
      listen: [{ ...udp, transport: 'tcp' }],
      meets(call) {
        call.open({ ended: (why) => ended.push(why) });
        call.ring();
      },
    });
    const { port } = addressOf(echo);
    const strangers = ['', 'INVITE sip:bot@', 'x'.repeat(100_000)].map((text) => {
      const socket = connect({ host: '127.0.0.1', port });
      const state = { isClosed: false, isOpen: false };
      socket.on('error', () => {});
      socket.on('connect', () => (state.isOpen = true));
      socket.on('close', () => (state.isClosed = true));
      socket.write(text);
      return state;
    });
    const phone = await dial(echo);
    phone.invite(offer(4000));
    await until('the call', () => echo.calls[0]);
    await until('who says too much', () => strangers[2]?.isClosed);
    await until('connections', () => strangers.every(({ isOpen }) => isOpen));
    await until('those who are silent', () => {
      time.clock.advance(5_000);
      return strangers.every(({ isClosed }) => isClosed);
    });
    time.clock.advance(2 * 3_600_000);
    expect(ended).toEqual([]);
    phone.cancel();
    expect((await phone.final('INVITE')).status).toBe(487);
    const state = { isGone: false };
    phone.whenClosed(() => (state.isGone = true));
    time.clock.advance(3_600_000);
    await until('who has nothing to say any more', () => state.isGone);
  });
});
