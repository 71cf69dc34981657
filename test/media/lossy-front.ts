import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** What a network does to packets, each way. Shares are of 1. */
export interface Weather {
  readonly seed: number;
  readonly loss?: number;
  readonly duplicates?: number;
  /** Packets that are overtaken by the next ones: they take 60 ms longer. */
  readonly reordering?: number;
  /** Each packet takes up to this much longer, in milliseconds. */
  readonly jitterMs?: number;
}

export interface LossyFront {
  /** Stands in front of the port behind it, on loopback. */
  readonly port: number;
  /** Packets that came, both ways, and those of them that went nowhere. */
  readonly counts: { readonly came: number; readonly lost: number };
  close(): Promise<void>;
}

const overtakenMs = 60;

/** A UDP relay with bad weather in front of a port, for one sender. */
export async function lossyFront(behind: number, weather: Weather): Promise<LossyFront> {
  const [outer, inner] = await Promise.all([bound(), bound()]);
  const counts = { came: 0, lost: 0 };
  const timers = new Set<NodeJS.Timeout>();
  let sender: RemoteInfo | null = null;

  function pass(packet: Buffer, random: () => number, send: (packet: Buffer) => void): void {
    counts.came += 1;
    const isLost = random() < (weather.loss ?? 0);
    if (isLost) counts.lost += 1;
    const copies = random() < (weather.duplicates ?? 0) ? 2 : 1;
    const overtaken = random() < (weather.reordering ?? 0) ? overtakenMs : 0;
    const waits = Array.from({ length: copies }, () => overtaken + random() * (weather.jitterMs ?? 0));
    if (isLost) return;
    for (const wait of waits) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        send(packet);
      }, wait);
      timers.add(timer);
    }
  }

  const [inward, outward] = [generator(weather.seed), generator(weather.seed + 1)];
  outer.on('message', (packet, from) => {
    sender = from;
    pass(packet, inward, (one) => inner.send(one, behind, '127.0.0.1'));
  });
  inner.on('message', (packet) =>
    pass(packet, outward, (one) => sender !== null && outer.send(one, sender.port, sender.address)),
  );
  return {
    port: outer.address().port,
    counts,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([outer, inner].map((socket) => new Promise<void>((resolve) => socket.close(resolve))));
    },
  };
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61));
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32;
  };
}
