import { describe, expect, it } from 'vitest';
import { audioFormats, decodeSamples, encodeSamples } from './format.ts';

const samples = Int16Array.of(0, 1000, -1000, 32_767, -32_768);

describe('audio formats', () => {
  it('are those of a session: PCM at 24 kHz and G.711 at 8 kHz', () => {
    expect(audioFormats).toEqual({
      'audio/pcm': { sampleRate: 24_000, bytesPerSample: 2 },
      'audio/pcmu': { sampleRate: 8_000, bytesPerSample: 1 },
      'audio/pcma': { sampleRate: 8_000, bytesPerSample: 1 },
    });
  });

  it.each([
    ['audio/pcm', [0, 0, 0xe8, 0x03, 0x18, 0xfc, 0xff, 0x7f, 0x00, 0x80], [0, 1000, -1000, 32_767, -32_768]],
    ['audio/pcmu', [0xff, 0xce, 0x4e, 0x80, 0x00], [0, 988, -988, 32_124, -32_124]],
    ['audio/pcma', [0xd5, 0xfa, 0x7a, 0xaa, 0x2a], [8, 1008, -1008, 32_256, -32_256]],
  ] as const)('%s is written and read', (format, bytes, heard) => {
    expect([...encodeSamples(samples, format)]).toEqual(bytes);
    expect([...decodeSamples(Uint8Array.from(bytes), format)]).toEqual(heard);
    expect(bytes).toHaveLength(samples.length * audioFormats[format].bytesPerSample);
  });
});
