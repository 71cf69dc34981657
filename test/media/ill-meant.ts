/**
 * A process that answers offers which are meant ill, while garbage comes to its port: `node ill-meant.ts SEED COUNT`.
 * Then it has a call that works, tells what it did in one line, and ends by itself.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import * as fc from 'fast-check';
import { OfferError, type Peer } from '../../src/media/peer.ts';
import { until } from '../clients/until.ts';
import { listenTo, loopbackPeers } from './our-peer.ts';
import { weriftPeer } from './werift-peer.ts';

const [seed = 1, count = 100] = process.argv.slice(2).map(Number);

const iceChars = [...'ABCxyz019+/=_-'];
const ice = (min: number) => fc.string({ unit: fc.constantFrom(...iceChars), minLength: min, maxLength: 256 });
const hex = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((all) => [...all].map((one) => one.toString(16).padStart(2, '0')).join(':'));
const fingerprint = fc.oneof(
  ...Object.entries({
    'sha-1': 20,
    'sha-224': 28,
    'sha-256': 32,
    'sha-384': 48,
    'sha-512': 64,
    'sha-256 ': 20,
    md5: 16,
  }).map(([algorithm, bytes]) => hex(bytes).map((text) => `a=fingerprint:${algorithm} ${text}`)),
);
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom(
    '0.0.0.0',
    '255.255.255.255',
    '224.0.0.1',
    '127.0.0.1',
    '::',
    '::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    ':::',
    'fe80::1',
    'localhost',
    '1.2.3',
    '::1.2.3.999',
  ),
);
const candidate = fc
  .tuple(
    fc.nat(300),
    fc.constantFrom('1', '1', '1', '2', '0'),
    fc.constantFrom('udp', 'UDP', 'tcp'),
    fc.nat(),
    address,
    fc.nat(70_000),
    fc.constantFrom('host', 'srflx', 'prflx', 'relay', 'odd'),
  )
  .map(
    ([foundation, component, way, priority, host, port, type]) =>
      `a=candidate:${foundation} ${component} ${way} ${priority} ${host} ${port} typ ${type} raddr ${host} rport ${port}`,
  );
const number = fc.oneof(fc.nat(), fc.constantFrom(0, 1, 5000, 65_535, 65_536, 262_144, 2 ** 31, 2 ** 32, 10 ** 15));

const offer = fc
  .record({
    payloadType: fc.nat(130),
    codec: fc.constantFrom('opus/48000/2', 'PCMU/8000', 'PCMA/8000', 'opus/48000/1'),
    ufrag: fc.oneof({ weight: 20, arbitrary: ice(4) }, { weight: 1, arbitrary: ice(0) }),
    pwd: fc.oneof({ weight: 20, arbitrary: ice(22) }, { weight: 1, arbitrary: ice(0) }),
    fingerprint,
    setup: fc.constantFrom('actpass', 'actpass', 'active', 'passive', 'active', 'passive', 'holdconn'),
    candidates: fc.array(candidate, { maxLength: 60 }),
    sctpPort: number,
    maxMessageSize: number,
    direction: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
    noise: fc.array(fc.string({ maxLength: 60, unit: 'binary' }), { maxLength: 6 }),
    sections: fc.integer({ min: 0, max: 3 }),
  })
  .map((given) => {
    const way = [
      `a=ice-ufrag:${given.ufrag}`,
      `a=ice-pwd:${given.pwd}`,
      given.fingerprint,
      `a=setup:${given.setup}`,
      ...given.candidates,
      ...given.noise,
    ];
    const sound = [
      `m=audio 9 UDP/TLS/RTP/SAVPF ${given.payloadType}`,
      'a=mid:0',
      ...way,
      `a=${given.direction}`,
      `a=rtpmap:${given.payloadType} ${given.codec}`,
    ];
    const data = [
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=mid:1',
      ...way,
      `a=sctp-port:${given.sctpPort}`,
      `a=max-message-size:${given.maxMessageSize}`,
    ];
    return [
      'v=0',
      'a=group:BUNDLE 0 1',
      ...(given.sections === 1 ? [] : sound),
      ...(given.sections === 2 ? [] : data),
      '',
    ].join('\r\n');
  });

/** What no peer would send: noise, STUN that is none, handshakes and packets of nobody. */
const garbage = fc.oneof(
  fc.uint8Array({ maxLength: 1400 }),
  fc
    .tuple(fc.constantFrom(0, 1, 20, 22, 23, 64, 128, 144), fc.uint8Array({ minLength: 20, maxLength: 200 }))
    .map(([first, rest]) => Uint8Array.of(first, ...rest)),
  fc
    .uint8Array({ minLength: 12, maxLength: 120 })
    .map((rest) => Uint8Array.of(0, 1, 0, rest.length - 12, 0x21, 0x12, 0xa4, 0x42, ...rest)),
);

const peers = await loopbackPeers();
const socket = createSocket('udp4');
const open: Peer[] = [];
const told = { answered: 0, refused: 0, works: false };
const noise = fc.sample(garbage, { seed, numRuns: count });
for (const [nth, text] of fc.sample(offer, { seed, numRuns: count }).entries()) {
  socket.send(noise[nth] ?? new Uint8Array(0), peers.udpPort ?? 0, '127.0.0.1');
  try {
    const peer = await peers.answer(text);
    listenTo(peer);
    told.answered += 1;
    open.push(peer);
    if (open.length > nth % 20) open.shift()?.close(); // soon, or a while later
  } catch (error) {
    if (!(error instanceof OfferError)) throw error;
    told.refused += 1;
  }
}
const far = await weriftPeer();
const peer = await peers.answer(far.offer);
const heard = listenTo(peer);
await far.answer(peer.answer);
await until('a call that works', () => heard.channel.includes('open'));
told.works = true;
await far.close();
await peers.close();
socket.close();
await once(socket, 'close');
process.stdout.write(`${JSON.stringify(told)}\n`);
