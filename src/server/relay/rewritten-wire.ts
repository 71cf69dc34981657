import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { parseJson } from '../../protocol/parse.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';

/** An event as others have it: none, one or several. */
export type Rewrite = (event: JsonObject) => readonly JsonObject[];

/** A wire whose peer speaks otherwise than its owner: events are rewritten, each way; what is no JSON object stays as it is. */
export function rewrittenWire(wire: RawSocketWire, inward: Rewrite, outward: Rewrite): RawSocketWire {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    open(listener) {
      wire.open({
        frame: (bytes, isBinary) => rewritten(bytes, isBinary, inward, (frame) => listener.frame(frame, isBinary)),
        drained: () => listener.drained(),
        closed: (why) => listener.closed(why),
      });
    },
    send: (frame, isBinary) => rewritten(Buffer.from(frame), isBinary, outward, (each) => wire.send(each, isBinary)),
    pause: () => wire.pause(),
    resume: () => wire.resume(),
    close: (code, reason) => wire.close(code, reason),
    terminate: () => wire.terminate(),
  };
}

function rewritten(bytes: Buffer, isBinary: boolean, rewrite: Rewrite, tell: (frame: Buffer) => void): void {
  const parsed = isBinary ? null : parseJson(bytes.toString());
  if (parsed === null || !parsed.ok || !isJsonObject(parsed.value)) return tell(bytes);
  for (const event of rewrite(parsed.value)) tell(Buffer.from(JSON.stringify(event)));
}
