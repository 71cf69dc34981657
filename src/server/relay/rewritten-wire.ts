import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { parseJson } from '../../protocol/parse.ts';
import { RawOver } from '../../wire/node/raw-over.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';

/** An event as others have it: none, one or several. */
export type Rewrite = (event: JsonObject) => readonly JsonObject[];

/** A wire whose peer speaks otherwise than its owner: events are rewritten, each way; what is no JSON object stays as it is. */
export function rewrittenWire(wire: RawSocketWire, inward: Rewrite, outward: Rewrite): RawSocketWire {
  return new RewrittenWire(wire, inward, outward);
}

class RewrittenWire extends RawOver {
  readonly #inward: Rewrite;
  readonly #outward: Rewrite;

  constructor(wire: RawSocketWire, inward: Rewrite, outward: Rewrite) {
    super(wire);
    this.#inward = inward;
    this.#outward = outward;
  }

  override frame(bytes: Buffer, isBinary: boolean): void {
    rewritten(bytes, isBinary, this.#inward, (frame) => super.frame(frame, isBinary));
  }

  override send(frame: Uint8Array | string, isBinary: boolean): void {
    rewritten(Buffer.from(frame), isBinary, this.#outward, (each) => super.send(each, isBinary));
  }
}

function rewritten(bytes: Buffer, isBinary: boolean, rewrite: Rewrite, tell: (frame: Buffer) => void): void {
  const parsed = isBinary ? null : parseJson(bytes.toString());
  if (parsed === null || !parsed.ok || !isJsonObject(parsed.value)) return tell(bytes);
  for (const event of rewrite(parsed.value)) tell(Buffer.from(JSON.stringify(event)));
}
