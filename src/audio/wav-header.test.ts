import { describe, expect, it } from 'vitest';
import { readWavHead, wavHeader } from './wav-header.ts';

/** A header with some bytes changed: [place, 16-bit value]. */
const changed = (...changes: readonly (readonly [number, number])[]) => {
  const header = wavHeader({ sampleRate: 8_000 });
  for (const [at, value] of changes) new DataView(header.buffer).setUint16(at, value, true);
  return readWavHead(header);
};

describe('a WAV header', () => {
  it('is these 44 bytes', () => {
    expect(Buffer.from(wavHeader({ sampleRate: 24_000, dataBytes: 4 })).toString('hex')).toBe(
      [
        '52494646',
        '28000000',
        '57415645',
        '666d7420',
        '10000000',
        '0100',
        '0100',
        'c05d0000',
        '80bb0000',
        '0200',
        '1000',
        '64617461',
        '04000000',
      ].join(''),
    );
  });

  it('states the greatest length where the length is not known, or more than it can state', () => {
    for (const header of [wavHeader({ sampleRate: 8_000 }), wavHeader({ sampleRate: 8_000, dataBytes: 2 ** 33 })]) {
      const view = new DataView(header.buffer);
      expect(view.getUint32(4, true)).toBe(0xffff_ffff);
      expect(view.getUint32(40, true)).toBe(0xffff_ffff);
    }
  });

  it('is read back', () => {
    expect(readWavHead(wavHeader({ sampleRate: 44_100, channels: 2, dataBytes: 400 }))).toEqual({
      state: 'ready',
      format: { encoding: 'pcm16', channels: 2, sampleRate: 44_100 },
      dataStart: 44,
      dataBytes: 400,
    });
  });

  it.each(['ulaw', 'alaw', 'pcm8', 'float32'] as const)('is read back for samples held as %s', (encoding) => {
    expect(readWavHead(wavHeader({ sampleRate: 8_000, encoding, dataBytes: 8 }))).toMatchObject({
      state: 'ready',
      format: { encoding, channels: 1, sampleRate: 8_000 },
    });
  });

  it('that states no length goes on to the end', () => {
    expect(readWavHead(wavHeader({ sampleRate: 8_000, dataBytes: 0 }))).toMatchObject({ dataBytes: Infinity });
  });

  it('is partial until its last byte', () => {
    const header = wavHeader({ sampleRate: 8_000 });
    for (let length = 0; length < header.length; length++) {
      expect(readWavHead(header.subarray(0, length))).toEqual({ state: 'partial' });
    }
    expect(readWavHead(header)).toMatchObject({ state: 'ready' });
  });

  it('is known for another kind of file from the first wrong byte', () => {
    for (const text of ['O', 'RIFX', 'RIFF1234AVI ', '{"error":{}}']) {
      expect(readWavHead(Buffer.from(text))).toEqual({ state: 'bad', problem: 'not_wav' });
    }
  });

  it('with no channel or no rate makes no sense', () => {
    expect(changed([22, 0])).toEqual({ state: 'bad', problem: 'bad_format' });
    expect(changed([24, 0])).toEqual({ state: 'bad', problem: 'bad_format' });
  });

  it('whose format is too short makes no sense', () => {
    expect(changed([16, 14])).toEqual({ state: 'bad', problem: 'bad_format' });
    expect(changed([20, 0xfffe])).toEqual({ state: 'bad', problem: 'bad_format' });
  });

  it('without a format before the samples makes no sense', () => {
    const header = wavHeader({ sampleRate: 8_000 });
    header.set(Buffer.from('junk'), 12);
    expect(readWavHead(header)).toEqual({ state: 'bad', problem: 'bad_format' });
  });

  it('of an encoding that is not known says so', () => {
    expect(changed([20, 85])).toEqual({ state: 'bad', problem: 'unknown_encoding' });
    expect(changed([34, 12])).toEqual({ state: 'bad', problem: 'unknown_encoding' });
  });
});
