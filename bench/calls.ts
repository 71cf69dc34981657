import { type ChildProcess, fork } from 'node:child_process';
import type { CallSound } from '../src/media/call-sound.ts';
import { frameSamples } from '../src/media/codec.ts';
import { openCallSound, systemPulse } from '../src/media/node/call-sound.ts';
import { openOpus } from '../src/media/node/opus.ts';
import { openPeers } from '../src/media/node/webrtc.ts';
import type { Peer, Peers } from '../src/media/peer.ts';
import type { FarOrder, FarReport } from './calls-far.ts';
import { median } from './measure.ts';

const calls = 20;
const seconds = 10;

/**
 * What calls over WebRTC cost this process: from an offer to an open channel, one at a time; the longest time that the
 * loop stands still while twenty connect at once; processor time of a call with Opus both ways, beside that of the codec
 * alone. The other sides are in a process of their own.
 */
export async function run(): Promise<void> {
  const peers = await openPeers({ udpPort: 0, publicIps: [], iceServers: [], bindAddress: '127.0.0.1' });
  const far = new FarSides();
  try {
    await far.connect(peers, -1); // warms up
    const times: number[] = [];
    for (let nth = 0; nth < calls; nth++) times.push((await far.connect(peers, 1000 + nth)).openMs);
    report('offer to open channel, median', median(times), 'ms', 'goal 100');
    report('the longest of them', Math.max(...times), 'ms', '');
    const idle = await longestStall(() => new Promise((resolve) => setTimeout(resolve, 500)));
    let open: Connected[] = [];
    const stall = await longestStall(async () => {
      open = await Promise.all(Array.from({ length: calls }, (_, id) => far.connect(peers, id)));
    });
    report(`longest stall while ${calls} connect`, stall, 'ms', `goal 30; idle ${idle.toFixed(1)}`);
    await measureSound(open, far);
  } finally {
    far.stop();
    await peers.close();
  }
}

interface Connected {
  readonly peer: Peer;
  readonly sound: CallSound;
  readonly openMs: number;
}

const pulse = systemPulse();

async function measureSound(open: readonly Connected[], far: FarSides): Promise<void> {
  far.tell({ do: 'speak' });
  for (const { sound } of open) {
    sound.begin({ heard() {}, played() {}, drained() {} });
    sound.play({ itemId: 'item', contentIndex: 0 }, speech((seconds + 5) * 24_000));
  }
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const before = process.cpuUsage();
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const { user, system } = process.cpuUsage(before);
  const share = ((user + system) / 1000 / (performance.now() - from) / open.length) * 100;
  const codec = await codecShare();
  report(
    'a call with Opus both ways',
    share,
    '% of a core',
    `goal 1.5; ${(share / codec).toFixed(2)} × the codec alone`,
  );
  const { received, lost, late } = open[0]?.sound.statistics ?? {};
  console.log(`${' '.repeat(4)}packets of one: ${received} came, ${lost} lost, ${late} late`);
  for (const { sound } of open) sound.end();
}

/** Percent of a core that encoding and decoding in real time take, and nothing else. */
async function codecShare(): Promise<number> {
  const codec = await openOpus();
  const sound = speech(seconds * 24_000);
  const before = process.cpuUsage();
  for (let at = 0; at < sound.length; at += frameSamples)
    codec.decode(codec.encode(sound.subarray(at, at + frameSamples)));
  const { user, system } = process.cpuUsage(before);
  codec.close();
  return ((user + system) / 1000 / (seconds * 1000)) * 100;
}

function speech(samples: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) => {
    const time = at / 24_000;
    return 6000 * Math.sin(2 * Math.PI * (150 + 50 * Math.sin(time * 9)) * time) + 2000 * Math.sin(time * 9000);
  });
}

/** The longest that a timer of 1 ms came late. */
async function longestStall(during: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 1);
    last = now;
  }, 1);
  await during();
  clearInterval(timer);
  return longest;
}

function report(name: string, figure: number, unit: string, more: string): void {
  console.log(`${name.padEnd(48)} ${figure.toFixed(2).padStart(6)} ${unit}${more === '' ? '' : `   (${more})`}`);
}

/** The process with the other sides. */
class FarSides {
  readonly #child: ChildProcess = fork(`${import.meta.dirname}/calls-far.ts`);
  readonly #offers = new Map<number, (sdp: string) => void>();

  constructor() {
    this.#child.on('message', ({ id, sdp }: FarReport) => this.#offers.get(id)?.(sdp));
  }

  tell(order: FarOrder): void {
    this.#child.send(order);
  }

  /** A new call, from its offer until its channel is open. */
  async connect(peers: Peers, id: number): Promise<Connected> {
    const sdp = await new Promise<string>((resolve) => {
      this.#offers.set(id, resolve);
      this.tell({ do: 'offer', id });
    });
    const from = performance.now();
    const peer = await peers.answer(sdp);
    const sound = await openCallSound(peer, pulse);
    const opened = new Promise<void>((resolve) =>
      peer.open({
        state() {},
        packet: (packet) => sound.packet(packet),
        channelOpen: resolve,
        channelClosed() {},
        message() {},
        binary() {},
        drained() {},
      }),
    );
    this.tell({ do: 'answer', id, sdp: peer.answer });
    await opened;
    return { peer, sound, openMs: performance.now() - from };
  }

  stop(): void {
    this.#child.disconnect();
  }
}
