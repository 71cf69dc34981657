import type { Wire } from '../../../wire/wire.ts';

/** Frames of all sessions so far. */
export interface FrameCount {
  in: number;
  out: number;
}

/** The same wire, with its frames counted. */
export function countedWire(wire: Wire, frames: FrameCount): Wire {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    open(listener) {
      wire.open({
        frame(text) {
          frames.in += 1;
          listener.frame(text);
        },
        binary(bytes) {
          frames.in += 1;
          listener.binary(bytes);
        },
        drained: () => listener.drained(),
        closed: (why) => listener.closed(why),
      });
    },
    send(text) {
      frames.out += 1;
      wire.send(text);
    },
    ...(wire.sendUtf8 !== undefined && {
      sendUtf8(pieces) {
        frames.out += 1;
        wire.sendUtf8?.(pieces);
      },
    }),
    pause: () => wire.pause?.(),
    resume: () => wire.resume?.(),
    close: (code, reason) => wire.close(code, reason),
  };
}
