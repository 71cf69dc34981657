import { createSocket, type Socket } from 'node:dgram';
import { on, once } from 'node:events';
import { buildRtp } from '../src/media/rtp.ts';
import { type SipMessage, valueOf } from '../src/telephony/sip/message.ts';
import { readMessage } from '../src/telephony/sip/read.ts';

/** A call that is up, and says something all the time. */
export interface SipTalk {
  /** Resolves once the other side has heard of it. */
  hangUp(): Promise<void>;
}

let calls = 0;

/** Calls by SIP, and talks once the call is up. */
export async function callBySip(url: string): Promise<SipTalk> {
  const { hostname: host, port } = new URL(url.replace('udp:', 'http:'));
  const [signals, sound] = [await openSocket(), await openSocket()];
  const id = `bench-${++calls}`;
  let tag = '';
  const ask = (method: string, sequence: number, body = ''): void => {
    const here = `127.0.0.1:${signals.address().port}`;
    const lines = [
      `${method} sip:bot@${host}:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP ${here};branch=z9hG4bK-${id}-${method};rport`,
      'Max-Forwards: 70',
      `From: <sip:bench@${here}>;tag=${id}`,
      `To: <sip:bot@${host}>${tag}`,
      `Call-ID: ${id}`,
      `CSeq: ${sequence} ${method}`,
      `Contact: <sip:bench@${here}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${body.length}`,
      '',
      body,
    ];
    signals.send(lines.join('\r\n'), Number(port), host);
  };
  ask('INVITE', 1, offer(sound.address().port));
  const accepted = await finalAnswer(signals, 'INVITE');
  if (accepted.is !== 'response' || accepted.status !== 200) throw new Error('the call was not accepted');
  tag = `;tag=${/;tag=([^;]+)/.exec(valueOf(accepted, 'To') ?? '')?.[1] ?? ''}`;
  ask('ACK', 1);
  const stop = talk(sound, Number(/^m=audio (\d+)/m.exec(accepted.body)?.[1] ?? 0));
  return {
    async hangUp() {
      stop();
      const ended = finalAnswer(signals, 'BYE');
      ask('BYE', 2);
      await ended;
      signals.close();
    },
  };
}

/** The same sound to whoever sends it back, without a call. */
export async function bareSound(url: string): Promise<() => void> {
  return talk(await openSocket(), Number(new URL(url.replace('udp:', 'http:')).port));
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function finalAnswer(socket: Socket, method: string): Promise<SipMessage> {
  for await (const [datagram] of on(socket, 'message')) {
    const read = readMessage(datagram.toString('latin1'));
    if (read.is !== 'message' || read.message.is !== 'response' || read.message.status < 200) continue;
    if (valueOf(read.message, 'CSeq')?.endsWith(method) === true) return read.message;
  }
  throw new Error('nobody answers');
}

/** A packet every 20 ms, until it is stopped. */
function talk(socket: Socket, port: number): () => void {
  let sequence = 0;
  const payload = new Uint8Array(160).fill(0x55);
  const timer = setInterval(() => {
    const packet = { payloadType: 0, marker: false, sequence: sequence % 65_536, timestamp: sequence * 160, ssrc: 1 };
    sequence += 1;
    socket.send(buildRtp({ ...packet, payload }), port, '127.0.0.1');
  }, 20);
  return () => {
    clearInterval(timer);
    socket.close();
  };
}

function offer(port: number): string {
  const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${port} RTP/AVP 0`];
  return [...lines, ''].join('\r\n');
}
