import { mistakes } from '../../core/mistakes.ts';
import type { Media } from '../../media/media.ts';
import type { Peer, PeerListener } from '../../media/peer.ts';
import type { Wire } from '../../wire/wire.ts';
import { errorText } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { CountedSound } from '../observability/metrics/call-packets.ts';
import type { SessionHandle } from '../session/host.ts';
import { ChannelWire } from './channel-wire.ts';
import { type Call, hungUp } from './directory.ts';
import { Lifeline } from './lifeline.ts';

/** The sound of a call, which packets come to. */
export interface CallSound extends Media, CountedSound {
  /** A whole RTP packet has come. */
  packet(packet: Uint8Array): void;
}

/** A call that was answered: its peer, and its sound. */
export interface AnsweredCall {
  readonly peer: Peer;
  readonly sound: CallSound;
}

export interface CallOptions extends AnsweredCall, Pick<Call, 'id' | 'owner'> {
  readonly clock: Clock;
  /** Largest frame that the peer may send, in bytes. */
  readonly frameBytes: number;
  readonly log: SessionLog;
  /** Opens the session of the call; null where that fails. */
  readonly open: (wire: Wire, media: Media) => SessionHandle | null;
  /** The call begins to end: nobody finds it any more. */
  readonly ending: () => void;
}

/** A call with a session that runs. */
export interface RunningCall extends Call {
  /** Cuts it without a word. */
  terminate(): void;
  /** Resolves once the peer is gone. The session may have ended before. */
  readonly gone: Promise<void>;
}

/** Begins the session of a call at once: a sideband may join before the peer has connected. Null where it can't be opened. */
export function beginCall(options: CallOptions): RunningCall | null {
  const { id, owner, peer, sound, clock, frameBytes, log } = options;
  let leave = (): void => {};
  const gone = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const wire = new ChannelWire({
    channel: peer,
    clock,
    frameBytes,
    tooLong: (text, bytes) => tooLong(text, { bytes, most: peer.maxMessageBytes }, log),
    gone: () => leave(),
    ending() {
      lifeline.stop();
      sound.end();
      options.ending();
    },
  });
  const lifeline = new Lifeline({
    clock,
    hasChannel: peer.hasChannel,
    left: () => wire.end(normalCode, ''),
    lost: (why) => {
      log.info('the peer of the call is gone', { why });
      wire.end(goneCode, why);
    },
  });
  const session = options.open(wire, sound);
  if (session === null) return null;
  peer.open(listener(wire, sound, lifeline));
  return {
    id,
    owner,
    attach: (sideband) => session.attach(sideband),
    hangUp: () => wire.close(normalCode, hungUp),
    terminate: () => wire.end(goneCode, 'cut'),
    gone,
  };
}

/** With what a call is closed whose end was wanted, and one whose peer is gone: as sockets are. */
const normalCode = 1000;
const goneCode = 1006;

function listener(wire: ChannelWire, sound: CallSound, lifeline: Lifeline): PeerListener {
  return {
    state(state) {
      lifeline.state(state);
      if (state === 'closed') wire.end(goneCode, '');
    },
    packet: (packet) => sound.packet(packet),
    channelOpen() {
      lifeline.channelOpen();
      wire.opened();
    },
    channelClosed: () => wire.end(normalCode, ''),
    message: (text) => wire.frame(text),
    binary: (bytes) => wire.binary(bytes),
    drained: () => wire.drained(),
  };
}

/** What the peer is sent in place of an event that is longer than it takes. */
function tooLong(text: string, { bytes, most }: { bytes: number; most: number }, log: SessionLog): string {
  const type = /^\{"type":"([\w.]+)"/.exec(text)?.[1] ?? 'unknown';
  log.warn('an event is too long for the data channel', { type, bytes, most });
  return errorText(mistakes.eventTooLong(type, bytes, most));
}
