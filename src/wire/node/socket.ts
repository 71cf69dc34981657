import type { Wire } from '../wire.ts';
import type { RawSocketWire } from './raw-socket.ts';

/** A wire over an open WebSocket. */
export interface SocketWire extends Wire {
  /** Drops the connection at once, without a close frame. */
  terminate(): void;
}

/** A raw wire, for whoever reads what it carries: frames as texts. */
export function socketWire(raw: RawSocketWire): SocketWire {
  return {
    get pendingBytes() {
      return raw.pendingBytes;
    },
    open(listener) {
      raw.open({
        frame(bytes, isBinary) {
          if (isBinary) listener.binary(bytes.byteLength);
          else listener.frame(bytes.toString());
        },
        drained: () => listener.drained(),
        closed: (why) => listener.closed(why),
      });
    },
    send: (text) => raw.send(text, false),
    ...(raw.sendPieces !== undefined && { sendUtf8: (pieces) => raw.sendPieces?.(pieces) }),
    pause: () => raw.pause(),
    resume: () => raw.resume(),
    close: (code, reason) => raw.close(code, reason),
    terminate: () => raw.terminate(),
  };
}
