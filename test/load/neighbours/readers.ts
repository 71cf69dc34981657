import { until } from '../../clients/until.ts';
import { connectRaw, frame, upgradeRequest } from '../raw-client.ts';
import { create, inSession, type Neighbour, type Place, typed } from './visitor.ts';

/** Connections that stay half open at the same time. */
const atOnce = 20;

/** Sends the beginning of something on many connections, waits until an honest request is answered, and hangs up. */
function halfOpen(name: string, beginning: string): Neighbour {
  return {
    name,
    async visit(place) {
      const clients = await Promise.all(Array.from({ length: atOnce }, () => connectRaw(place.url)));
      for (const { socket } of clients) socket.write(beginning);
      const answer = await fetch(`${place.url}/readyz`);
      if (answer.status !== 200) throw new Error(`the server answers ${answer.status}`);
      for (const { socket } of clients) socket.resetAndDestroy();
      await Promise.all(clients.map(({ closed }) => closed));
    },
  };
}

/** Two megabytes of the user's sound, which looking the item up brings back. */
const spoken = {
  type: 'conversation.item.create',
  item: {
    id: 'sound',
    type: 'message',
    role: 'user',
    content: [{ type: 'input_audio', audio: Buffer.alloc(2_000_000, 1).toString('base64') }],
  },
};

async function halfAFrame({ url }: Place): Promise<void> {
  const client = await connectRaw(url);
  client.socket.write(upgradeRequest('/v1/realtime?model=echo'));
  await until('the session', () => client.received().includes('session.created'));
  client.socket.write(frame(Buffer.alloc(60_000, 0x20)).subarray(0, 30_000));
  client.socket.resetAndDestroy();
  await client.closed;
}

/** Clients that do not read, or do not finish what they began. */
export const readers: readonly Neighbour[] = [
  inSession('asks for its sound again and again, and does not read', async (visitor) => {
    visitor.send(spoken);
    await visitor.sees('conversation.item.done');
    visitor.socket.pause();
    for (let asked = 0; asked < 40; asked++) visitor.send({ type: 'conversation.item.retrieve', item_id: 'sound' });
    visitor.socket.resume();
    await visitor.until(
      'the answers, or the end',
      () => visitor.isGone || visitor.count('conversation.item.retrieved') === 40,
    );
  }),
  inSession(
    'is spoken to without end, and does not read',
    async (visitor) => {
      visitor.socket.pause();
      visitor.send(typed('sounds'), create('audio'));
    },
    'endless',
  ),
  { name: 'sends half a frame', visit: halfAFrame },
  halfOpen('sends half a handshake', upgradeRequest().slice(0, 60)),
  halfOpen(
    'sends half a body',
    'POST /v1/realtime/client_secrets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"sess',
  ),
  halfOpen('connects and says nothing', ''),
];
