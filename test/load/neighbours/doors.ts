import { WebSocket } from 'ws';
import { until } from '../../clients/until.ts';
import { connectRaw, type RawClient } from '../raw-client.ts';
import type { Neighbour, Place } from './visitor.ts';

/** As many files, sockets and pipes as the server may have open. */
export const handles = 400;

/** Asks again where the connection was closed that a request was sent on: a server need not keep one that is idle. */
async function ask(url: string, init: RequestInit, tries = 5): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (tries === 1) throw cause;
    return ask(url, init, tries - 1);
  }
}

/** They last for longer than it takes to mint them, however slow the machine is. */
async function manySecrets({ url }: Place): Promise<void> {
  const session = { type: 'realtime', model: 'echo', instructions: 'be so '.repeat(8_000) };
  const body = JSON.stringify({ expires_after: { anchor: 'created_at', seconds: 3600 }, session });
  const headers = { 'content-type': 'application/json' };
  const mint = async (): Promise<number> => {
    const answer = await ask(`${url}/v1/realtime/client_secrets`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  };
  let refused = 0;
  for (let count = 0; count < secrets + 50; count++) refused += (await mint()) === 429 ? 1 : 0;
  if (refused === 0) throw new Error('secrets are minted without end');
}

/** Client secrets that the server allows at the same time. */
export const secrets = 200;

async function manyWrongKeys({ url }: Place): Promise<void> {
  const headers = { authorization: 'Bearer ek_nobody' };
  let refused = 0;
  for (let count = 0; count < 300; count++) {
    const answer = await ask(`${url}/v1/models`, { headers });
    await answer.arrayBuffer();
    refused += answer.status === 429 ? 1 : 0;
  }
  if (refused < 200) throw new Error(`only ${refused} wrong keys of 300 were too many`);
}

async function comesAndGoes({ url }: Place): Promise<void> {
  const lane = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left--) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/realtime?model=echo`);
      socket.on('error', () => {});
      socket.once('message', () => (left % 2 === 0 ? socket.close() : socket.terminate()));
      await new Promise((resolve) => socket.once('close', resolve));
    }
  };
  await Promise.all(Array.from({ length: 20 }, () => lane(20)));
}

/** Takes every handle that the server has left, until it turns connections away, and gives them back. */
async function takesHandles({ url }: Place): Promise<void> {
  const takers: RawClient[] = [];
  let turnedAway = 0;
  for (let count = 0; count < handles; count++) {
    const taker = await connectRaw(url);
    void taker.closed.then(() => turnedAway++);
    takers.push(taker);
  }
  await until('the server to turn somebody away', () => turnedAway > 0);
  for (const { socket } of takers) socket.destroy();
  await Promise.all(takers.map(({ closed }) => closed));
}

/** Those who do their worst before they have a session. */
export const doors: readonly Neighbour[] = [
  { name: 'mints client secrets without end', visit: manySecrets },
  { name: 'tries wrong keys without end', visit: manyWrongKeys },
  { name: 'comes and goes 400 times', visit: comesAndGoes },
  { name: 'takes all handles for a while', visit: takesHandles, isAlone: true },
];
