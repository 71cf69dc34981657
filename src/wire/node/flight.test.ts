import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { Flight } from './flight.ts';

/** A socket whose handle tells what the system has taken, and whose own sum over all that waits nobody asks for. */
function socketOf(handle: { bytesWritten: number; writeQueueSize: number }): Socket {
  const socket = new Socket();
  Object.defineProperty(socket, '_handle', { value: handle });
  Object.defineProperty(socket, 'bytesWritten', {
    get() {
      throw new Error('goes through all that waits');
    },
  });
  return socket;
}

it('knows what has left of the write in flight, at a cost that does not grow with what waits', () => {
  const handle = { bytesWritten: 1000, writeQueueSize: 1000 };
  const flight = new Flight(socketOf(handle));
  expect(flight.taken).toBe(0);
  handle.writeQueueSize = 400;
  expect(flight.taken).toBe(600);
  // The next write has begun.
  Object.assign(handle, { bytesWritten: 3000, writeQueueSize: 2000 });
  expect(flight.taken).toBe(0);
  handle.writeQueueSize = 1500;
  expect(flight.taken).toBe(500);
});
