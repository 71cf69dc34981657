import { isJsonObject, type JsonObject } from '../json.ts';

const TO_GA: ReadonlyMap<unknown, JsonObject> = new Map([
  ['pcm16', { type: 'audio/pcm', rate: 24_000 }],
  ['g711_ulaw', { type: 'audio/pcmu' }],
  ['g711_alaw', { type: 'audio/pcma' }],
]);

/** `pcm16` and its like to a GA format object; anything else as it is. */
export function formatFromBeta(format: unknown): unknown {
  const known = TO_GA.get(format);
  return known === undefined ? format : { ...known };
}

/** A GA format object to its beta name. One that says more than the name can (another rate, other keys) stays as it is. */
export function formatToBeta(format: unknown): unknown {
  if (!isJsonObject(format)) return format;
  const known = [...TO_GA].find(
    ([, ga]) => ga['type'] === format['type'] && Object.keys(format).every((key) => format[key] === ga[key]),
  );
  return known === undefined ? format : known[0];
}

const ONLY_SERVER_VAD = new Set(['threshold', 'prefix_padding_ms', 'silence_duration_ms']);
const ONLY_SEMANTIC_VAD = new Set(['eagerness']);

/**
 * The flat turn detection of the beta, where every key may stand beside every other, to one of the two GA kinds: a
 * missing `type` becomes `server_vad`, and the settings of the other kind, which had no effect, are left out.
 */
export function turnDetectionFromBeta(detection: unknown): unknown {
  if (!isJsonObject(detection)) return detection;
  const { type = 'server_vad', ...settings } = detection;
  const foreign = type === 'semantic_vad' ? ONLY_SERVER_VAD : ONLY_SEMANTIC_VAD;
  return { type, ...Object.fromEntries(Object.entries(settings).filter(([key]) => !foreign.has(key))) };
}
