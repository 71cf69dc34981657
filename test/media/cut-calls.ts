/**
 * A process that answers calls and is told when to cut them, over IPC: what it holds can be measured without the other
 * sides in it. Ends by itself once it is told to.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { openCallSound, systemPulse } from '../../src/media/node/call-sound.ts';
import { heldCount } from '../../src/media/node/library.ts';
import type { Peer } from '../../src/media/peer.ts';
import { until } from '../clients/until.ts';
import { listenTo, loopbackPeers, type Told } from './our-peer.ts';

export type Order =
  | { readonly do: 'answer'; readonly id: number; readonly offer: string }
  | { readonly do: 'cut'; readonly id: number }
  | { readonly do: 'measure' }
  | { readonly do: 'end' };

/** What the process holds when all calls are over. */
export interface Measure {
  readonly threads: number;
  readonly files: number;
  readonly rss: number;
  readonly held: number;
  readonly resources: readonly string[];
}

export type Report = { readonly id: number; readonly answer: string } | { readonly measure: Measure };

const peers = await loopbackPeers();
const heldFromStart = heldCount();
const pulse = systemPulse();
const calls = new Map<number, { readonly peer: Peer; readonly told: Told }>();
const report = (word: Report) => process.send?.(word);

async function answer(id: number, offer: string): Promise<void> {
  const peer = await peers.answer(offer);
  const told = listenTo(peer);
  const sound = await openCallSound(peer, pulse);
  sound.begin({ heard() {}, played() {}, drained() {} });
  sound.play({ itemId: 'item', contentIndex: 0 }, new Int16Array(24_000).fill(1000));
  calls.set(id, { peer, told });
  report({ id, answer: peer.answer });
  await until('the end of a call', () => told.states.at(-1) === 'closed');
  sound.end();
  calls.delete(id);
}

async function measure(): Promise<void> {
  await until('the end of all calls', () => calls.size === 0 && heldCount() === heldFromStart);
  global.gc?.();
  report({
    measure: {
      threads: readdirSync('/proc/self/task').length,
      files: readdirSync('/proc/self/fd').length,
      rss: Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024,
      held: heldCount() - heldFromStart,
      resources: process.getActiveResourcesInfo(),
    },
  });
}

process.on('message', (order: Order) => {
  if (order.do === 'answer') void answer(order.id, order.offer);
  else if (order.do === 'cut') calls.get(order.id)?.peer.close();
  else if (order.do === 'measure') void measure();
  else {
    void peers.close();
    process.disconnect();
  }
});
