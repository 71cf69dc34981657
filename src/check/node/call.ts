import type { CallSound } from '../../media/call-sound.ts';
import { openCallSound, systemPulse } from '../../media/node/call-sound.ts';
import { openCaller } from '../../media/node/native-caller.ts';
import { PeersUnavailableError } from '../../media/peer.ts';
import type { CallEnd, CallListener, Connection } from '../endpoint.ts';

/** With what a call is closed that was hung up, and one that was lost: as sockets are. */
const normalCode = 1000;
const goneCode = 1006;

/** One for all calls. */
const pulse = systemPulse();

/** Begins a call on the network. Null without `node-datachannel`. */
export async function placeCall(listener: CallListener): Promise<CallEnd | null> {
  let sound: CallSound | null = null;
  let isOver = false;
  const end = (code: number): void => {
    if (isOver) return;
    isOver = true;
    sound?.end();
    caller?.close();
    listener.closed(code, '');
  };
  const caller = await openCaller({
    state: (state) => (state === 'closed' ? end(goneCode) : undefined),
    packet: (packet) => sound?.packet(packet),
    channelOpen: () => listener.opened(),
    channelClosed: () => end(normalCode),
    message: (text) => listener.frame(text),
    binary: (bytes) => listener.binary(bytes),
  }).catch(nullWithoutLibrary);
  if (caller === null) return null;
  const channel: Connection = {
    protocol: '',
    sendText: (text) => caller.sendMessage(text),
    sendBinary: (bytes) => caller.sendMessage(bytes),
    pause() {},
    resume() {},
    close: () => end(normalCode),
  };
  return {
    offer: caller.offer,
    channel,
    async answered(sdp) {
      const agreed = caller.answered(sdp);
      const { sendPacket } = caller;
      const peer = {
        sound: agreed,
        sendPacket: sendPacket.bind(caller),
        get wasReached() {
          return caller.wasReached;
        },
      };
      sound = await openCallSound(peer, pulse);
      if (isOver) return sound.end();
      sound.begin({ heard: (frame) => listener.heard(frame), played() {}, drained() {} });
    },
    say: (samples) => sound?.play({ itemId: 'question', contentIndex: 0 }, samples),
  };
}

function nullWithoutLibrary(cause: unknown): null {
  if (cause instanceof PeersUnavailableError) return null;
  throw cause;
}
