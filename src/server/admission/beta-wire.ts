import { clientEventFromBeta, type JsonObject, serverEventToBeta } from '../../protocol/beta/index.ts';
import { parseJson } from '../../protocol/parse.ts';
import type { Wire } from '../../wire/wire.ts';

/**
 * A wire whose client speaks the beta shape (D8, `translate`): its events become GA events before the session sees them,
 * and the session's events become beta events before it does. What has no counterpart is listed in docs/beta.md.
 */
export function betaWire(wire: Wire): Wire {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    open(listener) {
      wire.open({
        frame: (text) => listener.frame(toGa(text)),
        binary: (bytes) => listener.binary(bytes),
        drained: () => listener.drained(),
        closed: (why) => listener.closed(why),
      });
    },
    send(text) {
      const parsed = parseJson(text);
      if (!parsed.ok || !isObject(parsed.value)) return;
      for (const event of serverEventToBeta(parsed.value)) wire.send(JSON.stringify(event));
    },
    pause: () => wire.pause?.(),
    resume: () => wire.resume?.(),
    close: (code, reason) => wire.close(code, reason),
  };
}

/** What is no JSON object stays as it is: the session says what is wrong with it. */
function toGa(text: string): string {
  const parsed = parseJson(text);
  return parsed.ok && isObject(parsed.value) ? JSON.stringify(clientEventFromBeta(parsed.value)) : text;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
