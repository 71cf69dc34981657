import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { type RunningProgram, start } from '../e2e/running-program.ts';
import { typed } from '../promises/memory-client.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

/** As many files, sockets and pipes as the server may have open. */
const handles = 72;
const withFewHandles = ['/bin/sh', '-c', `ulimit -n ${handles}; exec "$0" "$@"`, process.execPath] as const;

let program: RunningProgram;
let url: string;

beforeAll(async () => {
  program = start(['serve', '--port', '0', '--log-level', 'error'], { node: withFewHandles });
  url = await program.url();
});

afterAll(async () => {
  program.kill('SIGTERM');
  expect(await program.exited()).toBe(0);
});

/** Says something and gives the response that came of it. */
async function answered(peer: Peer, modality: 'text' | 'audio'): Promise<unknown> {
  const isDone = ({ type }: { readonly type: string }): boolean => type === 'response.done';
  const before = peer.events.filter(isDone).length;
  peer.send(typed('hello'));
  peer.send({ type: 'response.create', response: { output_modalities: [modality] } });
  const done = await until('the answer', () => peer.events.filter(isDone)[before]);
  return done['response'];
}

/**
 * Opens connections until one is hung up at once, which is how a server without handles turns them away. It takes them
 * in the order they came, so by then those before hold every handle there was.
 */
async function takeAll(): Promise<RawClient[]> {
  let isFull = false;
  const takers: RawClient[] = [];
  for (let count = 0; count < handles; count++) {
    const taker = await connectRaw(url);
    void taker.closed.then(() => (isFull = true));
    takers.push(taker);
  }
  await until('a connection to be turned away', () => isFull);
  return takers;
}

it('a spoken answer fails by name while no handle is left, and ten sessions go on', async () => {
  const realtime = `${url.replace('http', 'ws')}/v1/realtime?model=echo`;
  const peers = await Promise.all(Array.from({ length: 10 }, () => connect(realtime)));
  const [speaker] = peers;
  if (speaker === undefined) throw new Error('nobody is there');
  expect(await answered(speaker, 'audio')).toMatchObject({ status: 'completed' });

  const takers = await takeAll();
  expect(await answered(speaker, 'audio')).toMatchObject({
    status: 'failed',
    status_details: { error: { code: 'engine_unavailable' } },
  });
  for (const peer of peers) expect(await answered(peer, 'text')).toMatchObject({ status: 'completed' });
  expect(program.stderr()).toContain('the model failed');

  for (const { socket } of takers) socket.destroy();
  await Promise.all(takers.map(({ closed }) => closed));
  // Whatever was told of the last ones may still be on its way.
  let last: unknown;
  for (let tries = 0; tries < 100 && Object(last)['status'] !== 'completed'; tries++)
    last = await answered(speaker, 'audio');
  expect(last).toMatchObject({ status: 'completed' });
  for (const { socket } of peers) socket.terminate();
});
