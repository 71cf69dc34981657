import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { RawListener } from '../../wire/raw-wire.ts';
import type { WireClosed } from '../../wire/wire.ts';

/** Told of what comes first; both may be told, in this order. */
export interface FirstTold {
  /** The first frame has come. Nothing more is read until the wire is opened or resumed. */
  frame(bytes: Buffer): void;
  closed(why: WireClosed): void;
}

/** The same wire, after a look at its first frame: whoever opens it is told everything from the beginning. */
export function lookAhead(wire: RawSocketWire, first: FirstTold): RawSocketWire {
  let early: ((listener: RawListener<Buffer>) => void)[] = [];
  let listener: RawListener<Buffer> | null = null;
  let hasFirst = false;
  const tell = (told: (listener: RawListener<Buffer>) => void): void => {
    if (listener === null) early.push(told);
    else told(listener);
  };
  wire.open({
    frame(bytes, isBinary) {
      if (listener !== null) return listener.frame(bytes, isBinary);
      early.push((to) => to.frame(bytes, isBinary));
      if (hasFirst) return;
      hasFirst = true;
      wire.pause();
      first.frame(bytes);
    },
    drained: () => tell((to) => to.drained()),
    closed(why) {
      tell((to) => to.closed(why));
      first.closed(why);
    },
  });
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    open(opened) {
      listener = opened;
      const waiting = early;
      early = [];
      for (const told of waiting) told(opened);
      wire.resume();
    },
    send: (frame, isBinary) => wire.send(frame, isBinary),
    pause: () => wire.pause(),
    resume: () => wire.resume(),
    close: (code, reason) => wire.close(code, reason),
    terminate: () => wire.terminate(),
  };
}
