import type { AudioFormatName } from '../audio/format.ts';

/** The byte of which silence is made. */
const silentByte: Readonly<Record<AudioFormatName, number>> = {
  'audio/pcm': 0,
  'audio/pcmu': 0xff,
  'audio/pcma': 0xd5,
};

/** Silence as long as the sound of a text of base64, whatever that is worth. */
export function silenceLike(base64: string, format: AudioFormatName): Uint8Array {
  const characters = base64.replace(/=+$/, '').length;
  return new Uint8Array(Math.floor((characters * 3) / 4)).fill(silentByte[format]);
}
