import type { Coding } from '../../media/media.ts';
import type { StreamMessage } from './carrier.ts';

const codings: Readonly<Record<string, Coding>> = {
  'audio/x-mulaw': 'audio/pcmu',
  'audio/x-alaw': 'audio/pcma',
  pcmu: 'audio/pcmu',
  pcma: 'audio/pcma',
};

/** The coding by the name that a carrier has for it; null for any that telephones do not have. */
export function codingOf(encoding: string | null, sampleRate: number | null, channels: number | null): Coding | null {
  if (sampleRate !== 8000 || (channels ?? 1) !== 1) return null;
  return codings[(encoding ?? '').toLowerCase()] ?? null;
}

/** A key that was pressed; nothing for what no telephone has. */
export function keyOf(digit: string | null): StreamMessage {
  return digit !== null && /^[0-9*#A-Da-d]$/.test(digit) ? { is: 'key', key: digit.toUpperCase() } : { is: 'other' };
}
