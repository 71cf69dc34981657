import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createResampler, createWavReader, peakLevel, readWav } from '../../src/audio/node/index.ts';

/** The chunks that espeak-ng writes to a pipe when it says a sentence. */
async function spoken(sentence: string): Promise<readonly Uint8Array[]> {
  const espeak = spawn('espeak-ng', ['--stdout', '--stdin'], { stdio: ['pipe', 'pipe', 'inherit'] });
  espeak.stdin.end(sentence);
  const chunks: Uint8Array[] = [];
  for await (const chunk of espeak.stdout) chunks.push(chunk);
  return chunks;
}

describe('the speech of espeak-ng', () => {
  it('is read from its pipe and brought to 24 kHz', async () => {
    const chunks = await spoken('Good morning. It is five past eight.');
    const reader = createWavReader();
    const resampler = createResampler(22_050, 24_000);
    const parts = [...chunks.map((chunk) => resampler.push(reader.push(chunk))), resampler.flush()];
    const heard = Int16Array.from(parts.flatMap((part) => Array.from(part)));
    expect(reader.head).toMatchObject({
      state: 'ready',
      format: { encoding: 'pcm16', channels: 1, sampleRate: 22_050 },
    });
    expect(heard.length / 24_000).toBeGreaterThan(1);
    expect(peakLevel(heard)).toBeGreaterThan(-20);

    const whole = readWav(Buffer.concat(chunks));
    if (!whole.ok) throw new Error(whole.problem);
    const atOnce = createResampler(22_050, 24_000);
    expect(heard).toEqual(Int16Array.of(...atOnce.push(whole.samples), ...atOnce.flush()));
  });
});
