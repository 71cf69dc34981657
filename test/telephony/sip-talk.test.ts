import { describe, expect, it } from 'vitest';
import { samplesToUlaw } from '../../src/audio/g711.ts';
import type { Model, ModelSession, Turn } from '../../src/engines/contract.ts';
import type { SipAddressToListen } from '../../src/telephony/sip/phone.ts';
import { loudVad } from '../../src/testing/loud-vad.ts';
import { speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { serve } from '../e2e/test-server.ts';
import { recognise } from '../engines/openai/pocketsphinx.ts';
import { repeats } from '../setup/scale.ts';
import { forEars } from '../voice/caller.ts';
import { answers } from '../voice/concierge.ts';
import { voiceServer } from '../voice/voice-server.ts';
import { Baresip } from './baresip.ts';
import { dial, openSound } from './sip-dial.ts';
import { offer, type RtpPhone, soundPort } from './sip-phone.ts';

/** The address in `udp://127.0.0.1:5060`. */
function addressIn(text: string | undefined): SipAddressToListen {
  const { hostname, port } = new URL((text ?? '').replace('udp:', 'http:'));
  return { transport: 'udp', host: hostname, port: Number(port) };
}

const rate = 8000;
/** Much longer than until the last interruption, which takes its time on a slow machine. */
const answerMs = 20_000;
/** As long as each other, so that each takes as long to say. */
const words = Array.from({ length: 400 }, (_, nth) => `word${String(nth).padStart(3, '0')}`).join(' ');
const wordMs = answerMs / 400;
/** Loud, and no two samples alike that follow each other. */
const spoken = Int16Array.from({ length: (answerMs * rate) / 1000 }, (_, nth) => ((nth * 37) % 2000) - 1000);
const loud = samplesToUlaw(new Int16Array(160).fill(8000));
const quiet = new Uint8Array(160).fill(0xff);

/** Says its words to who calls, and nothing to who interrupts; hears speech where sound is loud. */
function talker(turns: Turn[][]): Model {
  return {
    open(): ModelSession {
      const own: Turn[] = [];
      turns.push(own);
      return {
        seed: 1,
        transcribesFirst: false,
        vad: loudVad,
        respond(turn) {
          own.push(turn);
          if (own.length > 1) return [];
          return [
            { type: 'text', text: words },
            { type: 'sound', samples: spoken, sampleRate: rate },
          ];
        },
        transcribe: () => [{ type: 'completed', transcript: 'heard' }],
        close() {},
      };
    },
  };
}

/**
 * A telephone that says something for each packet that it hears: silence, and speech once it has heard so much of the
 * answer, until that was noticed, however slow the machine is.
 */
class Talking {
  /** Of the answer, in milliseconds. */
  heardMs = 0;

  constructor(rtp: RtpPhone, port: number, speaks: (heardMs: number) => boolean) {
    rtp.heardPacket = ({ payload }) => {
      if (payload.some((byte) => byte !== 0xff)) this.heardMs += 20;
      void rtp.send(rtp.next(speaks(this.heardMs) ? loud : quiet), port);
    };
  }
}

const truncation = ({ events }: Peer) => events.find(({ type }) => type === 'conversation.item.truncated');

const typesOf = ({ events }: Peer): string => [...new Set(events.map(({ type }) => type))].join(', ');

async function callIds(url: string): Promise<string[]> {
  const { data } = await (await fetch(`${url}/admin/sessions`)).json();
  return data.map(({ call_id }: { readonly call_id: string }) => call_id);
}

describe('a call by SIP', () => {
  it('falls silent wherever the caller interrupts, and the model knows what was heard', async () => {
    const turns: Turn[][] = [];
    const server = await serve({
      models: { phone: talker(turns) },
      telephony: { sip: { listen: ['udp://127.0.0.1:0'], answer: { model: 'phone' } } },
    });
    const addresses = [addressIn(server.sip[0])];
    const places = Array.from({ length: Math.max(20, repeats(40)) }, (_, nth) => 140 + ((nth * 233) % 4500));
    const known = new Set<string>();
    const calls: {
      readonly place: number;
      readonly rtp: RtpPhone;
      readonly talking: Talking;
      readonly sideband: Peer;
    }[] = [];
    for (const place of places) {
      // oxlint-disable-next-line no-await-in-loop -- one call after the other, so that each is known by its turn
      const [phone, rtp] = [await dial({ addresses }), await openSound()];
      phone.invite(offer(rtp.port));
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const port = soundPort(await phone.final('INVITE'));
      phone.ack();
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const id = await until('the call', async () => (await callIds(server.url)).find((each) => !known.has(each)));
      known.add(id);
      // oxlint-disable-next-line no-await-in-loop -- likewise
      const sideband = await connect(`${server.ws}/v1/realtime?call_id=${id}`);
      const talking = new Talking(rtp, port, (heardMs) => heardMs >= place && truncation(sideband) === undefined);
      sideband.send({ type: 'response.create' });
      calls.push({ place, rtp, talking, sideband });
    }
    await Promise.all(
      calls.map(async ({ place, rtp, talking, sideband }, nth) => {
        const truncated = await until(
          () => `the interruption at ${place} ms; heard ${talking.heardMs} ms of the answer, and ${typesOf(sideband)}`,
          () => truncation(sideband),
        );
        const second = await until('the next turn', () => turns[nth]?.[1]);
        const count = rtp.received.length;
        await until('what was on its way', () => rtp.received.length > count + 5);
        const { heardMs } = talking;
        expect(heardMs).toBeGreaterThanOrEqual(Math.floor(place / 20) * 20);
        expect(heardMs).toBeLessThan(answerMs);
        expect(Math.abs(Number(truncated['audio_end_ms']) - heardMs)).toBeLessThanOrEqual(50);
        const text = second.items.find((item) => item.words?.startsWith('word000'))?.words ?? '';
        expect(words.startsWith(text)).toBe(true);
        expect(Math.abs(text.split(' ').filter(Boolean).length * wordMs - heardMs)).toBeLessThanOrEqual(
          50 + 2 * wordMs,
        );
        // Every byte is the model's, in order.
        const said = Buffer.concat(rtp.received.map(({ payload }) => payload).filter((one) => one[0] !== 0xff));
        expect(said.equals(Buffer.from(samplesToUlaw(spoken)).subarray(0, said.length))).toBe(true);
      }),
    );
  });

  it('of baresip is understood, and baresip’s ear understands the answer', async () => {
    const telephony = { sip: { listen: ['udp://127.0.0.1:0'], answer: { model: 'concierge' } } };
    const server = await voiceServer({ telephony });
    try {
      const says = speech('Please stop.', { beforeMs: 1000, afterMs: 60_000 }, 'audio/pcmu');
      const phone = await Baresip.start({ says });
      phone.type(`dial ${(server.sip[0] ?? '').replace('udp://', 'sip:bot@')}`);
      await phone.prints('Call established');
      const [id = ''] = await until(
        'the call',
        async () => (await callIds(server.url)).length > 0 && callIds(server.url),
      );
      const sideband = await connect(`${server.url.replace('http', 'ws')}/v1/realtime?call_id=${id}`);
      await sideband.event('output_audio_buffer.stopped');
      const { transcript } = await sideband.event('response.output_audio_transcript.done');
      expect(transcript).toBe('You want me to stop.');
      phone.type('hangup');
      await phone.quit();
      const heard = samplesToUlaw(phone.recordings.heard);
      expect(await recognise(forEars(heard, 'audio/pcmu'), answers)).toBe('you want me to stop');
    } finally {
      await server.close();
    }
  });
});
