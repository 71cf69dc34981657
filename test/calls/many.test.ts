import * as datachannel from 'node-datachannel';
import { PeerConnection } from 'node-datachannel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { type RunningProgram, start } from '../e2e/running-program.ts';
import { textTurn } from '../e2e/test-server.ts';
import { repeats } from '../setup/scale.ts';
import { postOffer } from './caller.ts';

let program: RunningProgram;
let url: string;

beforeAll(async () => {
  program = start(['serve', '--port', '0', '--public-ip', '127.0.0.1', '--log-level', 'error']);
  url = await program.url();
});

afterAll(async () => {
  program.kill('SIGTERM');
  expect(await program.exited()).toBe(0);
  expect(program.stderr()).toBe('');
});

/** A caller by the library that costs little, so that many of them can call from one process. */
async function nativeCall() {
  const connection = new PeerConnection('caller', { iceServers: [], bindAddress: '127.0.0.1' });
  const audio = new datachannel.Audio('0', 'SendRecv');
  audio.addOpusCodec(111);
  audio.addSSRC(1, 'caller');
  const track = connection.addTrack(audio);
  const types: string[] = [];
  let packets = 0;
  track.onMessage(() => (packets += 1));
  const channel = connection.createDataChannel('oai-events');
  channel.onMessage((message) => types.push(String(Reflect.get(JSON.parse(String(message)), 'type'))));
  await until('the candidates', () => connection.gatheringState() === 'complete');
  const answer = await postOffer(url, connection.localDescription()?.sdp ?? '', { query: '?model=echo' });
  expect(answer.status).toBe(201);
  connection.setRemoteDescription(await answer.text(), 'answer');
  return { connection, channel, track, types, packets: () => packets };
}

async function openCalls(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^antiphon_sessions\{kind="realtime",transport="webrtc"\} (\d+)$/m.exec(text)?.[1]);
}

it('many calls at once are each answered aloud, and none of them is left', async () => {
  const count = repeats(50);
  const calls = await Promise.all(Array.from({ length: count }, nativeCall));
  expect(await openCalls()).toBe(count);
  for (const { channel } of calls) await until('the channel', () => channel.isOpen());
  for (const { channel } of calls) for (const event of textTurn) channel.sendMessage(JSON.stringify(event));
  for (const { types } of calls) await until('the written answer', () => types.includes('response.done'));
  for (const { channel } of calls) channel.sendMessage(JSON.stringify({ type: 'response.create' }));
  for (const { types } of calls)
    await until(
      () => `the end of its sound after ${types.join(' ')}`,
      () => types.includes('output_audio_buffer.stopped'),
    );
  for (const { types, packets } of calls) {
    expect(types).not.toContain('error');
    expect(packets()).toBeGreaterThan(10);
  }
  for (const { connection } of calls) connection.close();
  await until('the end of all', async () => (await openCalls()) === 0);
});
