import { until } from './until.ts';

/** One text frame that passed, and who sent it. */
export interface Frame {
  readonly from: 'client' | 'server';
  readonly text: string;
}

/** What the sockets of Node, of browsers and of `ws` have in common. */
export interface Socket {
  send(data: never): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** A server's event, as far as these tests look into it. */
export interface Seen {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A conversation while it is held: all that has passed, and waiting for what has not. */
export interface Recording {
  readonly frames: readonly Frame[];
  /** The server's events so far, of one type or of all. */
  events(type?: string): readonly Seen[];
  /** The first server event of a type from the `skip`th on. */
  event(type: string, skip?: number): Promise<Seen>;
}

/** Records every frame of a socket from now on. */
export function record(socket: Socket): Frame[] {
  const frames: Frame[] = [];
  const send = socket.send.bind(socket);
  socket.addEventListener('message', ({ data }) => frames.push({ from: 'server', text: String(data) }));
  socket.send = (...args: readonly unknown[]) => {
    frames.push({ from: 'client', text: String(args[0]) });
    Reflect.apply(send, socket, args);
  };
  return frames;
}

/** Ways to look at frames, also at those to come. */
export function watch(frames: readonly Frame[]): Recording {
  const events: Recording['events'] = (type) =>
    serverEvents(frames).filter((event) => type === undefined || event.type === type);
  return {
    frames,
    events,
    event: (type, skip = 0) => until(`${type} number ${skip}`, () => events(type)[skip]),
  };
}

/** The server's events of these frames, in order. */
export function serverEvents(frames: readonly Frame[]): Seen[] {
  return frames.filter(({ from }) => from === 'server').map(({ text }) => JSON.parse(text));
}

/** What an event holds at a dotted path such as `response.output.0.id`. */
export function at(event: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => Reflect.get(Object(value), key), event);
}

/** Types of the client's events, in order; without `input_audio_buffer.append`, of which there are many. */
export function clientTypes(frames: readonly Frame[]): string[] {
  const types = frames.filter(({ from }) => from === 'client').map(({ text }): string => JSON.parse(text).type);
  return types.filter((type) => type !== 'input_audio_buffer.append');
}
