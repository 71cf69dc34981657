import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { MediaPlace } from '../rtp/latch.ts';
import type { RtpPort, RtpPortListener } from '../rtp/port.ts';
import { addressFrom, plainAddress } from './own-address.ts';

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Below those that systems give out by themselves. */
const usualRange: PortRange = { from: 16_384, to: 32_767 };
/** Ports that others have taken, until it is believed that none is free. */
const maxTries = 100;

/** UDP ports for the sound of calls: an even one and the next, as telephones have them (RFC 3550, section 11). */
export class RtpPorts {
  readonly #host: string;
  readonly #first: number;
  readonly #pairs: number;
  readonly #taken = new Set<number>();

  constructor(host: string, range: PortRange | null) {
    const { from, to } = range ?? usualRange;
    this.#host = host;
    this.#first = from + (from % 2);
    this.#pairs = Math.max(0, Math.floor((to - this.#first + 1) / 2));
  }

  /** Null where none is free. */
  async open(): Promise<RtpPort | null> {
    const start = this.#pairs === 0 ? 0 : randomInt(this.#pairs);
    let tries = 0;
    for (let nth = 0; nth < this.#pairs && tries < maxTries; nth++) {
      const port = this.#first + 2 * ((start + nth) % this.#pairs);
      if (this.#taken.has(port)) continue;
      tries += 1;
      this.#taken.add(port);
      // oxlint-disable-next-line no-await-in-loop -- one after the other: the next only if this one is taken
      const pair = await pairAt(this.#host, port);
      if (pair !== null) return new UdpRtpPort({ host: this.#host, port }, pair, () => this.#taken.delete(port));
      this.#taken.delete(port);
    }
    return null;
  }
}

interface Pair {
  readonly sound: Socket;
  readonly control: Socket;
}

async function pairAt(host: string, port: number): Promise<Pair | null> {
  const sound = await bound(host, port);
  if (sound === null) return null;
  const control = await bound(host, port + 1);
  if (control !== null) return { sound, control };
  sound.close();
  return null;
}

function bound(host: string, port: number): Promise<Socket | null> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(null);
    });
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // What can't be sent is lost, like any packet.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

class UdpRtpPort implements RtpPort {
  readonly port: number;
  readonly #host: string;
  readonly #pair: Pair;
  readonly #release: () => void;
  #isClosed = false;

  constructor({ host, port }: { readonly host: string; readonly port: number }, pair: Pair, release: () => void) {
    this.#host = host;
    this.port = port;
    this.#pair = pair;
    this.#release = release;
  }

  open(listener: RtpPortListener): void {
    const { sound, control } = this.#pair;
    sound.on('message', (packet, { address, port }) =>
      listener.sound(packet, { address: plainAddress(address), port }),
    );
    control.on('message', (packet, { address, port }) =>
      listener.control(packet, { address: plainAddress(address), port }),
    );
  }

  sendSound(packet: Uint8Array, to: MediaPlace): void {
    this.#send(this.#pair.sound, packet, to);
  }

  sendControl(packet: Uint8Array, to: MediaPlace): void {
    this.#send(this.#pair.control, packet, to);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pair.sound.close();
    this.#pair.control.close();
    this.#release();
  }

  #send(socket: Socket, packet: Uint8Array, { address, port }: MediaPlace): void {
    // To an address of zeros the machine would send to itself.
    if (this.#isClosed || port < 1 || port > 65_535 || address === '0.0.0.0' || address === '::') return;
    socket.send(packet, port, addressFrom(this.#host, address), () => {});
  }
}
