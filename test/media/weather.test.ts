import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesToSamples, writeWav } from '../../src/audio/node/index.ts';
import type { CallSound } from '../../src/media/call-sound.ts';
import { frameSamples, sampleFrames, sampleRate } from '../../src/media/codec.ts';
import { openCallSound, systemPulse } from '../../src/media/node/call-sound.ts';
import { openOpus } from '../../src/media/node/opus.ts';
import type { Peers } from '../../src/media/peer.ts';
import type { Pulse } from '../../src/media/pulse.ts';
import { Receiver } from '../../src/media/receiver.ts';
import type { RtpPacket } from '../../src/media/rtp.ts';
import { Sender } from '../../src/media/sender.ts';
import { frames, speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { recognise } from '../engines/openai/pocketsphinx.ts';
import { inRoom } from '../voice/room.ts';
import { lossyFront, type Weather } from './lossy-front.ts';
import { listenTo, loopbackPeers } from './our-peer.ts';
import { weriftPeer } from './werift-peer.ts';

const sentence = 'what is the weather in paris';
const grammar = [
  'what (is | was) the (weather | time) in (paris | london | rome)',
  'turn (on | off) the (light | radio)',
];
const spoken = frames(speech(sentence, { beforeMs: 300, afterMs: 300 })).map((frame) => {
  const samples = new Int16Array(frameSamples);
  samples.set(bytesToSamples(frame));
  return samples;
});

let peers: Peers;
let pulse: Pulse;
beforeAll(async () => {
  peers = await loopbackPeers();
  pulse = systemPulse();
});
afterAll(() => peers.close());

/** A call through bad weather, in which each side says the sentence to the other. */
async function talk(weather: Weather) {
  const front = await lossyFront(peers.udpPort ?? 0, weather);
  const far = await weriftPeer();
  // Without addresses of the other side, ours can reach it through the front alone.
  const peer = await peers.answer(far.offer.replaceAll(/a=candidate:.*\r\n/g, ''));
  const sound = await openCallSound(peer, pulse);
  const told = listenTo(peer, (packet) => sound.packet(packet));
  await far.answer(peer.answer.replaceAll(`127.0.0.1 ${peers.udpPort} typ`, `127.0.0.1 ${front.port} typ`));
  await until('the channel, both ways', () => told.channel.includes('open') && far.channels[0]?.readyState === 'open');
  const heardHere = await heardByUs(sound, far.send);
  const heardThere = await heardByThem(far.packets, far.times);
  peer.sendMessage('still here');
  far.channels[0]?.send('here, too');
  await until('a report of our sound', () => far.reports.has('heard 200'));
  await until('messages both ways', () => told.messages.length > 0 && far.messages.get('oai-events')?.length === 1);
  const { statistics } = sound;
  sound.end();
  peer.close();
  await far.close();
  await until('the end', () => told.states.at(-1) === 'closed');
  await front.close();
  return { heardHere, heardThere, statistics, counts: front.counts };
}

/** The other side says the sentence, 20 ms at a time, while ours says it, too; gives what ours hears. */
async function heardByUs(sound: CallSound, send: (packet: Uint8Array) => void): Promise<Int16Array[]> {
  const codec = await openOpus();
  const sender = new Sender({ codec, payloadType: 96, ssrc: 4, sequence: 65_500, timestamp: 2 ** 32 - 9600 });
  const heard: Int16Array[] = [];
  let said = 0;
  sound.play({ itemId: 'item', contentIndex: 0 }, concatenated(spoken));
  sound.begin({ heard: (frame) => heard.push(frame), played() {}, drained() {} });
  const leave = pulse.join((due) => {
    for (let left = due; left > 0; left--) {
      send(sender.packet(spoken[said] ?? new Int16Array(frameSamples)));
      said += 1;
    }
  });
  await until('all to have been said and heard', () => heard.length >= spoken.length + 50 && said >= spoken.length);
  leave();
  codec.close();
  return heard;
}

/** What packets sound like to one who asks for a frame every 20 ms of the time in which they came. */
async function heardByThem(packets: readonly RtpPacket[], times: readonly number[]): Promise<Int16Array[]> {
  const codec = await openOpus();
  const receiver = new Receiver(codec, sampleFrames, codec.clockRate);
  const heard: Int16Array[] = [];
  let next = 0;
  for (let now = times[0] ?? 0; now < (times.at(-1) ?? 0) + 600; now += 20) {
    for (; (times[next] ?? Number.POSITIVE_INFINITY) <= now; next++) {
      const packet = packets[next];
      if (packet !== undefined) receiver.put(packet, times[next] ?? 0);
    }
    heard.push(receiver.frame(now));
  }
  codec.close();
  return heard;
}

function concatenated(pieces: readonly Int16Array[]): Int16Array {
  const all = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function words(heard: readonly Int16Array[]): Promise<string> {
  const { samples, sampleRate: rate } = inRoom({ samples: concatenated(heard), sampleRate });
  return recognise(writeWav(samples, { sampleRate: rate }), grammar);
}

// All at once: a call takes as long as what is said in it, and hardly any work.
describe.concurrent('a call through bad weather', () => {
  it.each<Weather>([
    { seed: 1 },
    { seed: 2, loss: 0.01 },
    { seed: 3, loss: 0.05 },
    { seed: 4, jitterMs: 200 },
    { seed: 5, loss: 0.02, duplicates: 0.05, reordering: 0.05, jitterMs: 40 },
  ])('is understood both ways: %o', async (weather) => {
    const { heardHere, heardThere } = await talk(weather);
    expect(await words(heardHere)).toBe(sentence);
    expect(await words(heardThere)).toBe(sentence);
  });

  it('stays up where each fifth packet is lost', async () => {
    const { statistics, counts } = await talk({ seed: 6, loss: 0.2, reordering: 0.1, duplicates: 0.1, jitterMs: 200 });
    expect(counts.lost).toBeGreaterThan(counts.came / 10);
    expect(statistics.lost).toBeGreaterThan(statistics.received / 10);
  });
});
