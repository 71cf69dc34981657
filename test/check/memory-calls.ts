import type { CallEnd, CallListener, Connection, Endpoint } from '../../src/check/endpoint.ts';
import { offer as plainOffer } from '../../src/check/more/offer.ts';
import type { CallSound } from '../../src/server/calls/call.ts';
import type { CallLine } from '../../src/server/calls/line.ts';
import { type MemoryPeer, memoryLine } from '../../src/testing/call-line.ts';
import type { VirtualClock } from '../../src/testing/index.ts';

/** Both ends of calls without a network. */
export interface MemoryCalls {
  /** The server's. It answers any offer as a browser needs it. */
  readonly line: CallLine;
  /** The caller's. */
  readonly call: Endpoint['call'];
}

/** One call while it is on. */
interface Ends {
  readonly listener: CallListener;
  /** The server's end, once it has answered. */
  peer: MemoryPeer | null;
  /** What the caller is still to say. */
  said: Int16Array[];
  isOver: boolean;
}

export function memoryCalls(clock: VirtualClock): MemoryCalls {
  const begun = new Map<string, Ends>();
  const memory = memoryLine(clock);
  const line: CallLine = {
    ...memory,
    async answer(offer) {
      const { peer, sound } = await memory.answer(offer.startsWith('v=0') ? offer : 'bad');
      const answer = offer.replace('a=setup:actpass', 'a=setup:active\r\na=candidate:1 1 UDP 1 127.0.0.1 9 typ host');
      const ends = begun.get(offer);
      if (ends === undefined) return { sound, peer: Object.create(peer, { answer: { value: answer } }) };
      ends.peer = memory.peers.at(-1) ?? null;
      const told = {
        answer: { value: answer },
        sendMessage: { value: (text: string) => soon(ends, () => ends.listener.frame(text)) },
        close: { value: () => void (peer.close(), soon(ends, () => over(ends, 1000))) },
      };
      return { sound: heardBy(ends, sound), peer: Object.create(peer, told) };
    },
  };
  return {
    line,
    async call(listener) {
      const offer = plainOffer.replace(/^o=- \d+/m, `o=- ${begun.size + 1}`);
      const ends: Ends = { listener, peer: null, said: [], isOver: false };
      begun.set(offer, ends);
      return callerOf(offer, ends);
    },
  };
}

function callerOf(offer: string, ends: Ends): CallEnd {
  const channel: Connection = {
    protocol: '',
    sendText: (text) => soon(ends, () => ends.peer?.message(text)),
    sendBinary: (bytes) => soon(ends, () => ends.peer?.binary(bytes.length)),
    pause() {},
    resume() {},
    close() {
      setImmediate(() => ends.peer?.channelClosed());
      over(ends, 1000);
    },
  };
  return {
    offer,
    channel,
    async answered() {
      soon(ends, () => {
        ends.peer?.connect();
        ends.listener.opened();
      });
    },
    say: (sound) => void ends.said.push(sound),
  };
}

/** In a turn of the loop of its own, as what comes over a network. */
function soon({ isOver }: Ends, run: () => void): void {
  if (!isOver) setImmediate(run);
}

function over(ends: Ends, code: number): void {
  if (ends.isOver) return;
  ends.isOver = true;
  ends.listener.closed(code, '');
}

/** What is played is heard by the caller, and what the caller says is heard by the server, 20 ms at a time. */
function heardBy(ends: Ends, sound: CallSound): CallSound {
  const packets: unknown = Reflect.get(sound, 'packets');
  const begin = sound.begin.bind(sound);
  sound.begin = (listener) =>
    begin({
      ...listener,
      played: listener.played.bind(listener),
      drained: listener.drained.bind(listener),
      heard(silence) {
        const last: unknown = Array.isArray(packets) ? packets.at(-1) : null;
        const isLoud = JSON.stringify(Reflect.get(Object(last), 'itemIds')) !== '[]';
        if (!ends.isOver) ends.listener.heard(new Int16Array(silence.length).fill(isLoud ? 5000 : 0));
        listener.heard(nextOf(ends, silence));
      },
    });
  return sound;
}

function nextOf(ends: Ends, silence: Int16Array): Int16Array {
  const [first, ...rest] = ends.said;
  if (first === undefined) return silence;
  const frame = new Int16Array(silence.length);
  frame.set(first.subarray(0, silence.length));
  ends.said = first.length > silence.length ? [first.subarray(silence.length), ...rest] : rest;
  return frame;
}
