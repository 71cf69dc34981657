import { MessageChannel } from 'node:worker_threads';
import { describe } from 'vitest';
import { memoryState, systemClock } from '../../src/server/index.ts';
import { Line, type Port } from '../../src/state/workers/line.ts';
import { stateAnswers, workersState } from '../../src/state/workers/state.ts';
import { WindowHub } from '../../src/state/workers/window-hub.ts';
import { stateContract } from './state-contract.ts';

const clock = systemClock();

/** Two ends that carry what structured cloning carries, as the channel of `node:cluster` does. */
function ports(): readonly Port[] {
  const { port1, port2 } = new MessageChannel();
  return [port1, port2].map((port) => ({
    send: (message) => port.postMessage(message),
    listen: (heard) => void port.on('message', heard).unref(),
  }));
}

describe('state that the primary keeps for its workers', () => {
  stateContract(async () => {
    const kept = memoryState(clock);
    const hub = new WindowHub(clock);
    const answering: Line[] = [];
    const worker = (name: string) => {
      const [near, far] = ports();
      if (near === undefined || far === undefined) throw new Error('no ports');
      const line = new Line({ port: near, answers: {}, clock });
      answering.push(new Line({ port: far, answers: stateAnswers(kept, hub, name), clock }));
      return workersState({ line, secret: 'a secret', clock });
    };
    return [worker('a'), worker('b')];
  });
});
