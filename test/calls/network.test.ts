import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../e2e/test-server.ts';
import { weriftPeer } from '../media/werift-peer.ts';
import { call, postOffer } from './caller.ts';

const sockets: Socket[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** A UDP port that is taken until the test is over, or one that was free a moment ago. */
async function udpPort({ isTaken }: { readonly isTaken: boolean }): Promise<number> {
  const socket = createSocket('udp6');
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  const { port } = socket.address();
  if (isTaken) sockets.push(socket);
  else await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Address and port of each candidate in an answer. */
function candidatesIn(answer: string): string[] {
  return Array.from(answer.matchAll(/^a=candidate:\S+ \d+ \S+ \d+ (\S+) (\d+) /gm), ([, address, port]) =>
    [address, port].join(' '),
  );
}

describe('the network of calls', () => {
  it('is one UDP port for all, at the addresses that the operator names', async () => {
    const port = await udpPort({ isTaken: false });
    const server = await serve({ webrtc: { udpPort: port, publicIp: ['127.0.0.1', '2001:db8::7'] } });
    const peer = await weriftPeer();
    const answer = await (await postOffer(server.url, peer.offer, {})).text();
    const candidates = candidatesIn(answer);
    expect(candidates.slice(0, 2).toSorted()).toEqual([`127.0.0.1 ${port}`, `2001:db8::7 ${port}`]);
    expect(candidates.filter((candidate) => !candidate.endsWith(` ${port}`))).toEqual([]);
    await peer.close();
    const [one, two] = await Promise.all([call(server.url), call(server.url)]);
    await Promise.all([one.event('session.created'), two.event('session.created')]);
    await Promise.all([one.hangUp(), two.hangUp()]);
  });

  it('that can’t be had is told at the start', async () => {
    const port = await udpPort({ isTaken: true });
    await expect(serve({ webrtc: { udpPort: port } })).rejects.toMatchObject({
      code: 'address_unavailable',
      message: expect.stringMatching(new RegExp(`^UDP port ${port} [^\\n]*--udp-port[^\\n]*$`)),
    });
  });

  it.each([
    ['an address that is none', { publicIp: ['here'] }, 'The public IP "here" is no address'],
    [
      'a server that is none',
      { iceServers: [{ urls: 'http://a' }] },
      'http://a is not the URL of a STUN or TURN server',
    ],
    ['a port beside a TURN server', { udpPort: 5000, iceServers: [{ urls: 'turn:a' }] }, 'With ICE servers each call'],
  ])('with %s is refused in one line', async (_, webrtc, message) => {
    await expect(serve({ webrtc })).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringMatching(new RegExp(`^${message}[^\\n]*$`)),
    });
  });
});
