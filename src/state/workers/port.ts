import type { Port } from './line.ts';

/** A process that messages can be sent to: `process` of a worker, or a worker of its primary. */
interface Messenger {
  send?(message: unknown, callback: (error: Error | null) => void): boolean;
  on(event: 'message', heard: (message: unknown) => void): unknown;
}

/** Messages by the channel of `node:cluster`. */
export function clusterPort(messenger: Messenger): Port {
  return {
    send(message, sent) {
      if (messenger.send === undefined) throw new Error('the other process is gone');
      messenger.send(message, sent);
    },
    listen: (heard) => void messenger.on('message', heard),
  };
}
