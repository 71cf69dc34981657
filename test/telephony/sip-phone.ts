import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { buildRtp, parseRtp, type RtpPacket } from '../../src/media/rtp.ts';
import { StreamFrames } from '../../src/telephony/sip/frames.ts';
import { type SipMessage, type SipRequest, type SipResponse, valueOf } from '../../src/telephony/sip/message.ts';
import type { SipAddressToListen } from '../../src/telephony/sip/phone.ts';
import { readMessage } from '../../src/telephony/sip/read.ts';
import { until } from '../clients/until.ts';

/** A way of messages, by socket. */
interface Way {
  /** Where we are: `127.0.0.1:5062`. */
  readonly here: string;
  send(text: string): void;
  whenClosed(run: () => void): void;
  close(): void;
}

export interface SipPhoneOptions {
  /** Our address. Default 127.0.0.1. */
  readonly host?: string;
  readonly tls?: ConnectionOptions;
}

/** Lines of a message beside the usual ones, or in their place. */
export type Lines = Readonly<Record<string, string>>;

let named = 0;

/** A telephone, by hand: it sends what it is told to, and keeps what comes. */
export class SipPhone {
  readonly received: SipMessage[] = [];
  readonly #way: Way;
  readonly #transport: string;
  readonly #server: string;
  readonly #id = `call-${process.pid}-${++named}`;
  #sequence = 1;
  #branches = 0;
  #inviteBranch = '';
  /** What the server has named its side of the call. */
  #tag = '';

  private constructor(way: Way, { transport, host, port }: SipAddressToListen) {
    this.#way = way;
    this.#transport = transport.toUpperCase();
    this.#server = `${host}:${port}`;
  }

  static async open(server: SipAddressToListen, { host = '127.0.0.1', tls = {} }: SipPhoneOptions = {}) {
    const took: { phone?: SipPhone } = {};
    const take = (text: string): void => took.phone?.take(text);
    const way =
      server.transport === 'udp'
        ? await byDatagrams(server, host, take)
        : await byConnection(server.transport === 'tls' ? tlsTo(server, tls) : tcpTo(server), take);
    const phone = new SipPhone(way, server);
    took.phone = phone;
    return phone;
  }

  get id(): string {
    return this.#id;
  }

  take(text: string): void {
    const read = readMessage(text);
    if (read.is === 'message') this.received.push(read.message);
  }

  /** Anything at all. */
  raw(text: string): void {
    this.#way.send(text);
  }

  invite(body: string, lines: Lines = {}): string {
    this.#inviteBranch = this.#branch();
    return this.#send('INVITE', { body, branch: this.#inviteBranch, lines });
  }

  /** Acknowledges the newest answer to an INVITE, whatever it was. */
  ack(body = '', lines: Lines = {}): string {
    const { status } = this.answers('INVITE').at(-1) ?? { status: 0 };
    return this.#send('ACK', { body, branch: status >= 300 ? this.#inviteBranch : this.#branch(), lines });
  }

  cancel(): string {
    return this.#send('CANCEL', { body: '', branch: this.#inviteBranch, lines: {} });
  }

  /** A request within the call. */
  ask(method: string, { body = '', lines = {} }: { body?: string; lines?: Lines } = {}): string {
    this.#sequence += 1;
    const branch = this.#branch();
    if (method === 'INVITE') this.#inviteBranch = branch;
    return this.#send(method, { body, branch, lines });
  }

  answer(request: SipRequest, status: number, lines: Lines = {}): void {
    const taken = request.headers.filter(({ name }) => ['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(name));
    const extra = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
    this.#way.send(
      [
        `SIP/2.0 ${status} x`,
        ...taken.map(({ name, value }) => `${name}: ${value}`),
        ...extra,
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  }

  /** What was answered to requests of this method, final or not. */
  answers(method: string): SipResponse[] {
    return this.received.filter(
      (message): message is SipResponse =>
        message.is === 'response' && valueOf(message, 'CSeq')?.endsWith(` ${method}`) === true,
    );
  }

  requests(method: string): SipRequest[] {
    return this.received.filter(
      (message): message is SipRequest => message.is === 'request' && message.method === method,
    );
  }

  /** The final answer to the newest request of this method. */
  async final(method: string): Promise<SipResponse> {
    const number = method === 'ACK' ? 0 : this.#sequence;
    const found = await until(
      () => `the answer to ${method}, with ${this.received.length} messages here`,
      () => this.answers(method).find((each) => each.status >= 200 && valueOf(each, 'CSeq') === `${number} ${method}`),
    );
    this.#tag = /;tag=([^;]+)/.exec(valueOf(found, 'To') ?? '')?.[1] ?? this.#tag;
    return found;
  }

  /** Waits until all that was sent has been taken. */
  async settled(): Promise<void> {
    this.ask('OPTIONS');
    await this.final('OPTIONS');
  }

  request(method: string): Promise<SipRequest> {
    return until(`a ${method}`, () => this.requests(method).at(-1));
  }

  /** The other side has closed the connection. */
  whenClosed(run: () => void): void {
    this.#way.whenClosed(run);
  }

  close(): void {
    this.#way.close();
  }

  #branch(): string {
    return `z9hG4bK-${this.#id}-${++this.#branches}`;
  }

  #send(method: string, { body, branch, lines }: { body: string; branch: string; lines: Lines }): string {
    const { here } = this.#way;
    const usual: Lines = {
      Via: `SIP/2.0/${this.#transport} ${here};branch=${branch};rport`,
      'Max-Forwards': '70',
      From: `<sip:alice@${here}>;tag=${this.#id}`,
      To: `<sip:bot@${this.#server}>${this.#tag === '' || method === 'CANCEL' ? '' : `;tag=${this.#tag}`}`,
      'Call-ID': this.#id,
      CSeq: `${this.#sequence} ${method}`,
      Contact: `<sip:alice@${here};transport=${this.#transport.toLowerCase()}>`,
      ...(body === '' ? {} : { 'Content-Type': 'application/sdp' }),
      ...lines,
      'Content-Length': String(body.length),
    };
    const written = Object.entries(usual).map(([name, value]) => `${name}: ${value}`);
    const text = [`${method} sip:bot@${this.#server} SIP/2.0`, ...written, '', body].join('\r\n');
    this.#way.send(text);
    return text;
  }
}

async function byDatagrams(server: SipAddressToListen, host: string, take: (text: string) => void): Promise<Way> {
  const socket = createSocket('udp4');
  socket.on('message', (datagram) => take(datagram.toString('latin1')));
  socket.bind(0, host);
  await once(socket, 'listening');
  return {
    here: `${host}:${socket.address().port}`,
    send: (text) => socket.send(Buffer.from(text, 'latin1'), server.port, server.host),
    whenClosed() {},
    close: () => socket.close(),
  };
}

const tcpTo = ({ host, port }: SipAddressToListen): Socket => connectTcp({ host, port });

function tlsTo({ host, port }: SipAddressToListen, tls: ConnectionOptions): Socket {
  return connectTls({ host, port, rejectUnauthorized: false, ...tls });
}

async function byConnection(socket: Socket, take: (text: string) => void): Promise<Way> {
  const frames = new StreamFrames();
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    for (const part of frames.push(bytes.toString('latin1')) ?? []) if (part.is === 'message') take(part.text);
  });
  await once(socket, 'encrypted' in socket ? 'secureConnect' : 'connect');
  return {
    here: `127.0.0.1:${socket.localPort}`,
    send: (text) => void socket.write(text, 'latin1'),
    whenClosed: (run) => socket.once('close', run),
    close: () => void socket.destroy(),
  };
}

/** The sound of a telephone, packet by packet. */
export class RtpPhone {
  readonly received: RtpPacket[] = [];
  /** Whole datagrams, as they came. */
  readonly datagrams: Buffer[] = [];
  /** A packet of sound has come. */
  heardPacket: (packet: RtpPacket) => void = () => {};
  readonly #socket: Datagrams;
  #sequence: number;
  #timestamp: number;

  private constructor(socket: Datagrams) {
    this.#socket = socket;
    this.#sequence = 1;
    this.#timestamp = 0;
    socket.on('message', (datagram) => {
      this.datagrams.push(datagram);
      const packet = parseRtp(datagram);
      if (packet === null) return;
      this.received.push(packet);
      this.heardPacket(packet);
    });
  }

  static async open(host = '127.0.0.1'): Promise<RtpPhone> {
    const socket = createSocket('udp4');
    socket.bind(0, host);
    await once(socket, 'listening');
    return new RtpPhone(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** All that was received. */
  get heard(): Uint8Array {
    return Buffer.concat(this.received.map(({ payload }) => payload));
  }

  /** The next packet of sound. */
  next(payload: Uint8Array, payloadType = 0): Uint8Array {
    const packet = buildRtp({
      payloadType,
      marker: this.#sequence === 1,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: 99,
      payload,
    });
    this.#sequence += 1;
    this.#timestamp += payload.length;
    return packet;
  }

  /** A packet of a key that is pressed: all of one press have the same time. */
  key(event: number, isEnd: boolean, payloadType = 101): Uint8Array {
    const payload = Uint8Array.of(event, isEnd ? 0x8a : 0x0a, 0x03, 0x20);
    const packet = {
      payloadType,
      marker: false,
      sequence: this.#sequence,
      timestamp: this.#timestamp,
      ssrc: 99,
      payload,
    };
    this.#sequence += 1;
    return buildRtp(packet);
  }

  /** Lets some sound pass without a packet. */
  skip(packets: number): void {
    this.#sequence += packets;
    this.#timestamp += packets * 160;
  }

  async send(packet: Uint8Array, port: number): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.send(packet, port, '127.0.0.1', () => resolve()));
  }

  close(): void {
    this.#socket.close();
  }
}

/** What a telephone offers. */
export function offer(
  port: number,
  { host = '127.0.0.1', formats = '0 8 101', protocol = 'RTP/AVP', lines = [] as readonly string[] } = {},
): string {
  return [
    'v=0',
    `o=alice 1 1 IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} ${protocol} ${formats}`,
    'a=rtpmap:101 telephone-event/8000',
    `a=rtcp:${port}`,
    ...lines,
    '',
  ].join('\r\n');
}

/** The port that an answer names for sound. */
export function soundPort({ body }: Pick<SipMessage, 'body'>): number {
  return Number(/^m=audio (\d+)/m.exec(body)?.[1] ?? 0);
}
