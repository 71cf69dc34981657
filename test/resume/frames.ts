import { WebSocket } from 'ws';
import { until } from '../clients/until.ts';

/** A client that keeps the frames that it is sent as they came. */
export interface Recorder {
  readonly frames: readonly string[];
  send(event: object): void;
  /** So many frames of this type have come, counted from the beginning. */
  saw(type: string, count?: number): Promise<unknown>;
  close(): void;
}

/** Connects, and keeps each frame from the first. */
export function record(url: string): Recorder {
  const socket = new WebSocket(url);
  const frames: string[] = [];
  socket.on('message', (data) => void frames.push(String(data)));
  const isOpen = new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const seen = (type: string): number => frames.filter((text) => typeOf(text) === type).length;
  return {
    frames,
    send: (event) => void isOpen.then(() => socket.send(JSON.stringify(event))),
    saw: (type, count = 1) =>
      until(
        () => `${count} of ${type} in ${frames.map(typeOf).join()}`,
        () => seen(type) >= count || undefined,
      ),
    close: () => socket.close(1000),
  };
}

/** The type of a frame's event. */
export function typeOf(text: string): string {
  return /^\{"type":"([^"]+)"/.exec(text)?.[1] ?? '';
}
