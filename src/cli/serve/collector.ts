import { setFlagsFromString } from 'node:v8';

const countsBuffers = '--external-memory-accounted-in-global-limit';

/**
 * Flags of V8 for a server full of sound, which lives in buffers outside the heap. V8 by itself collects the whole heap
 * after every 64 MB of new buffers, which 200 talking sessions fill each second or two, and pauses for ten milliseconds
 * and more. Counted as part of the heap's growth they are collected as often as that grows: `npm run bench load` shows
 * what it saves. V8 knows the flag from 13.6 on (Node 24).
 */
export function collectorFlags(v8Version: string): readonly string[] {
  const [major = 0, minor = 0] = v8Version.split('.').map(Number);
  return major > 13 || (major === 13 && minor >= 6) ? [countsBuffers] : [];
}

/** Suits the collector to a server. Call it before the heap grows. */
export function suitCollector(): void {
  for (const flag of collectorFlags(process.versions.v8)) setFlagsFromString(flag);
}
