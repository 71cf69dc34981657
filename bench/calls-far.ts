/** The other sides of the calls that are measured, in a process of their own: `fork`ed, told and asked over IPC. */
import * as datachannel from 'node-datachannel';
import { frameSamples } from '../src/media/codec.ts';
import { systemPulse } from '../src/media/node/call-sound.ts';
import { openOpus } from '../src/media/node/opus.ts';
import { Sender } from '../src/media/sender.ts';

export type FarOrder =
  | { readonly do: 'offer'; readonly id: number }
  | { readonly do: 'answer'; readonly id: number; readonly sdp: string }
  | { readonly do: 'speak' };
export interface FarReport {
  readonly id: number;
  readonly sdp: string;
}

interface Far {
  readonly connection: datachannel.PeerConnection;
  readonly track: datachannel.Track;
  readonly channel: datachannel.DataChannel;
}

const payloadType = 111;
const calls = new Map<number, Far>();

function offer(id: number): void {
  const connection = new datachannel.PeerConnection('far', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  });
  const audio = new datachannel.Audio('0', 'SendRecv');
  audio.addOpusCodec(payloadType);
  audio.addSSRC(1000 + id, 'far');
  const track = connection.addTrack(audio);
  track.onMessage(() => {});
  const channel = connection.createDataChannel('oai-events');
  calls.set(id, { connection, track, channel });
  connection.onGatheringStateChange((state) => {
    const report: FarReport = { id, sdp: connection.localDescription()?.sdp ?? '' };
    if (state === 'complete') process.send?.(report);
  });
  connection.setLocalDescription('offer');
}

/** All say the same from now on, a packet each 20 ms, encoded once. */
async function speak(): Promise<void> {
  const codec = await openOpus();
  const frames = Array.from({ length: 50 }, (_, nth) => codec.encode(speechFrame(nth)));
  codec.close();
  const pulse = systemPulse();
  for (const [id, { track }] of calls) {
    let nth = 0;
    const said = { name: 'said', clockRate: 48_000, ticksOf: () => 960, decode: none, conceal: none, close() {} };
    const encode = () => frames[nth++ % frames.length] ?? new Uint8Array(0);
    const sender = new Sender({ codec: { ...said, encode }, payloadType, ssrc: 1000 + id, sequence: 0, timestamp: 0 });
    pulse.join((due) => {
      for (let left = due; left > 0; left--)
        if (track.isOpen()) track.sendMessageBinary(Buffer.from(sender.packet(new Int16Array(frameSamples))));
    });
  }
}

const none = () => new Int16Array(0);

function speechFrame(nth: number): Int16Array {
  return Int16Array.from({ length: frameSamples }, (_, at) => {
    const time = (nth * frameSamples + at) / 24_000;
    return 6000 * Math.sin(2 * Math.PI * (150 + 50 * Math.sin(time * 9)) * time) + 2000 * Math.sin(time * 9000);
  });
}

process.on('message', (order: FarOrder) => {
  if (order.do === 'offer') offer(order.id);
  else if (order.do === 'answer') calls.get(order.id)?.connection.setRemoteDescription(order.sdp, 'answer');
  else void speak();
});
process.on('disconnect', () => process.exit());
