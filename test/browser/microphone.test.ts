import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCapture } from '../../src/audio/capture.ts';
import { rmsLevel, writeWav } from '../../src/audio/index.ts';
import { record } from '../engines/espeak-recording.ts';
import type { Bench } from './bench-page.ts';
import { openBrowser, openPage } from './chromium.ts';
import { envelope, likeness } from './likeness.ts';
import { bundle, servePage } from './page-server.ts';

declare const bench: Bench;

const html = '<!doctype html><title>bench</title><script type="module" src="/bench.js"></script>';
const speechRate = 48_000;
const speech = record(
  { text: 'The quick brown fox jumps over the lazy dog.', voice: 'en', wordsPerMinute: 160 },
  speechRate,
);
let browser: BrowserContext;
let url: string;

beforeAll(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'antiphon-speech-')), 'speech.wav');
  // Half a second to open the line, and silence at the end, with which Chromium goes on.
  const led = new Int16Array(speech.length + speechRate);
  led.set(speech, speechRate / 2);
  writeFileSync(file, writeWav(led, { sampleRate: speechRate }));
  url = await servePage({ html, scripts: { '/bench.js': await bundle(join(import.meta.dirname, 'bench-page.ts')) } });
  browser = await openBrowser({ speech: file });
});

const opened = async (): Promise<Page> => (await openPage(browser, url)).page;

/** Half a second of a chirp, −1 … 1, the same on every machine. */
const chirp = (rate: number): number[] =>
  Array.from({ length: rate / 2 }, (_, i) =>
    Math.fround(0.4 * Math.sin((i * i) / 2 / rate) * Math.sin((2 * Math.PI * i) / rate)),
  );

/** What capture makes of sound after so many samples of silence. */
function captured(samples: readonly number[], silence: number, rate: number): number[] {
  const capture = createCapture({ fromRate: rate, toRate: 24_000, frameSamples: 480 });
  const line = [new Float32Array(silence), Float32Array.from(samples), new Float32Array(2000)];
  return [...line.flatMap((part) => capture.push(part)), ...capture.flush()].flatMap((frame) => [...frame]);
}

/** The greatest difference between samples of two recordings of one sound, laid over each other by their loudest. */
function difference(a: readonly number[], b: readonly number[]): number {
  const lead = a.indexOf(Math.max(...a)) - b.indexOf(Math.max(...b));
  return Math.max(...a.map((sample, i) => Math.abs(sample - (b[i - lead] ?? 0))));
}

/** What was recorded, from the first sound to the last. */
function sound(recorded: readonly number[]): number[] {
  const isHeard = (sample: number): boolean => sample !== 0;
  return recorded.slice(recorded.findIndex(isHeard), recorded.findLastIndex(isHeard) + 1);
}

describe('a microphone in a browser', () => {
  it.each([24_000, 8_000])('hears speech as frames of 20 ms at %i Hz', async (sampleRate) => {
    const page = await opened();
    const wanted = (speech.length / speechRate) * sampleRate;
    const heard = await page.evaluate(
      async ({ rate, samples }) => {
        const frames: number[][] = [];
        const levels: number[] = [];
        const microphone = await bench.createMicrophone({
          sampleRate: rate,
          echoCancellation: false,
          noiseSuppression: false,
          autoGainControl: false,
          onFrame: (frame) => frames.push([...frame]),
          onLevel: ({ rmsDb }) => levels.push(rmsDb),
        });
        const { label } = microphone.device ?? {};
        const track = microphone.stream?.getAudioTracks()[0];
        await bench.until('all of the speech', () => frames.length * (rate / 50) > samples + rate);
        await microphone.stop();
        const count = frames.length;
        return { frames, levels, label, track: track?.readyState, count };
      },
      { rate: sampleRate, samples: wanted },
    );
    const lengths = new Set(heard.frames.slice(0, -1).map((frame) => frame.length));
    expect([...lengths]).toEqual([sampleRate / 50]);
    expect(heard.levels.length).toBe(heard.frames.length);
    const samples = Int16Array.from(heard.frames.flat());
    const start = Math.max(
      0,
      samples.findIndex((sample) => Math.abs(sample) > 200),
    );
    const audible = samples.slice(start, start + wanted);
    expect(likeness(envelope(samples, sampleRate), envelope(speech, speechRate))).toBeGreaterThan(0.9);
    expect(Math.abs(rmsLevel(audible) - rmsLevel(speech))).toBeLessThan(1.5);
    expect(heard.label).toContain('Fake');
    expect(heard.track).toBe('ended');
    await page.close();
  });

  it.each([44_100, 48_000, 96_000])(
    'changes no sample but for the rate, on a context of %i Hz',
    async (contextRate) => {
      const page = await opened();
      const sent = chirp(contextRate);
      const heard = await page.evaluate(
        async ({ rate, wave }) => {
          const context = new AudioContext({ sampleRate: rate });
          const source = context.createBufferSource();
          source.buffer = context.createBuffer(1, wave.length, rate);
          source.buffer.copyToChannel(Float32Array.from(wave), 0);
          const output = context.createMediaStreamDestination();
          source.connect(output);
          const frames: Int16Array[] = [];
          const onFrame = (samples: Int16Array) => frames.push(samples);
          const microphone = await bench.createMicrophone({ context, stream: output.stream, onFrame });
          const recorder = await bench.record(context.createMediaStreamSource(output.stream));
          await bench.until('the line', () => frames.length > 2);
          source.start();
          await bench.until('sound', () => frames.some((frame) => frame.some((sample) => sample > 1000)));
          await bench.until('silence', () => frames.slice(-8).every((frame) => frame.every((sample) => sample === 0)));
          await microphone.stop();
          const samples = frames.flatMap((frame) => [...frame]);
          return {
            samples,
            recorded: recorder.samples,
            context: context.state,
            track: output.stream.getAudioTracks()[0]?.readyState,
          };
        },
        { rate: contextRate, wave: sent },
      );
      // The sound began somewhere between two samples of the lower rate.
      const differences = Array.from({ length: 147 }, (_, silence) =>
        difference(heard.samples, captured(sound(heard.recorded), 1000 + silence, contextRate)),
      );
      expect(Math.min(...differences)).toBe(0);
      expect(heard).toMatchObject({ context: 'running', track: 'live' });
      await page.close();
    },
  );

  it('goes on with silence while it is muted', async () => {
    const page = await opened();
    const levels = await page.evaluate(async () => {
      const told: number[] = [];
      const microphone = await bench.createMicrophone({ onLevel: ({ peakDb }) => told.push(peakDb) });
      await bench.until('sound', () => told.some((level) => level > -40));
      microphone.mute();
      await bench.until(
        'silence',
        () => told.slice(-5).length === 5 && told.slice(-5).every((level) => level === -Infinity),
      );
      const silent = told.length;
      microphone.unmute();
      await bench.until('sound again', () => told.slice(silent).some((level) => level > -40));
      await microphone.stop();
      return microphone.isMuted;
    });
    expect(levels).toBe(false);
    await page.close();
  });

  it('can be read in a loop and as a stream, to the end', async () => {
    const page = await opened();
    const counts = await page.evaluate(async () => {
      let told = 0;
      const microphone = await bench.createMicrophone({ onFrame: ({ length }) => (told += length) });
      const count = async (frames: AsyncIterable<Int16Array>): Promise<number> => {
        let samples = 0;
        for await (const frame of frames) samples += frame.length;
        return samples;
      };
      const counting = [count(microphone), count(microphone.readable())];
      await bench.until('a second', () => told > 24_000);
      await microphone.stop();
      await microphone.stop();
      const [loop, stream] = await Promise.all(counting);
      return { told, loop, stream, after: await count(microphone) };
    });
    expect(counts.loop).toBe(counts.told);
    expect(counts.stream).toBe(counts.told);
    expect(counts.after).toBe(0);
    await page.close();
  });
});

describe('devices', () => {
  it('can be changed while it listens, without a click between', async () => {
    const page = await opened();
    const change = await page.evaluate(async () => {
      const told: string[] = [];
      let frames = 0;
      const microphone = await bench.createMicrophone({
        onFrame: () => (frames += 1),
        onDevice: ({ device }) => told.push(device?.label ?? 'none'),
      });
      const inputs = (await bench.listAudioDevices()).filter(({ kind }) => kind === 'input');
      const other = inputs.at(-1);
      const first = microphone.stream?.getAudioTracks()[0];
      await microphone.switchDevice(other?.deviceId);
      const before = frames;
      await bench.until('frames of the other', () => frames > before + 5);
      const { label } = microphone.device ?? {};
      const missing = await microphone
        .switchDevice('nowhere')
        .catch((error: unknown) => error instanceof bench.AudioDeviceError && error.code);
      const still = microphone.device?.label;
      await microphone.stop();
      const stopped = await microphone
        .switchDevice()
        .catch((error: unknown) => error instanceof bench.AudioDeviceError && error.code);
      return { told, label, wanted: other?.label, missing, still, stopped, first: first?.readyState };
    });
    expect(change.told).toEqual([change.wanted]);
    expect(change.label).toBe(change.wanted);
    expect(change.missing).toBe('device_not_found');
    expect(change.still).toBe(change.wanted);
    expect(change.first).toBe('ended');
    expect(change.stopped).toBe('stopped');
    await page.close();
  });

  it('are followed: another default, one that is pulled out, and one that comes back', async () => {
    const page = await opened();
    const told = await page.evaluate(async () => {
      const { mediaDevices } = navigator;
      const labels: string[] = [];
      let frames = 0;
      const microphone = await bench.createMicrophone({
        onFrame: () => (frames += 1),
        onDevice: ({ device, error }) => labels.push(device === null ? (error?.code ?? '') : 'device'),
      });
      const listed = await mediaDevices.enumerateDevices();
      const ask = mediaDevices.getUserMedia.bind(mediaDevices);
      const seen = async (count: number) => {
        await bench.until(`change ${count}`, () => labels.length === count);
        if (microphone.device === null) return;
        const before = frames;
        await bench.until('frames', () => frames > before);
      };
      // Nothing has changed: nothing happens.
      mediaDevices.dispatchEvent(new Event('devicechange'));
      // The default becomes another piece of equipment.
      mediaDevices.enumerateDevices = async () =>
        listed
          .toReversed()
          .map((device) => ({ ...device.toJSON(), deviceId: device.deviceId === 'default' ? 'x' : device.deviceId }));
      mediaDevices.dispatchEvent(new Event('devicechange'));
      await seen(1);
      // The device is pulled out, and there is no other.
      mediaDevices.getUserMedia = () => Promise.reject(new DOMException('gone', 'NotFoundError'));
      microphone.stream?.getAudioTracks()[0]?.dispatchEvent(new Event('ended'));
      await seen(2);
      // One is plugged in.
      mediaDevices.getUserMedia = ask;
      mediaDevices.dispatchEvent(new Event('devicechange'));
      await seen(3);
      await microphone.stop();
      return labels;
    });
    expect(told).toEqual(['device', 'device_not_found', 'device']);
    await page.close();
  });

  it('that the user does not give are an error with a code', async () => {
    const { page } = await openPage(await openBrowser({ mayListen: false }), url);
    const codes = await page.evaluate(async () => {
      const codeOf = (error: unknown): string => (error instanceof bench.AudioDeviceError ? error.code : String(error));
      const denied = await bench.createMicrophone().then(() => 'none', codeOf);
      const missing = await bench.createSpeaker({ deviceId: 'nowhere' }).then(() => 'none', codeOf);
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
      const insecure = await bench.createMicrophone().then(() => 'none', codeOf);
      const none = await bench.listAudioDevices();
      return { denied, missing, insecure, none };
    });
    expect(codes).toEqual({
      denied: 'permission_denied',
      missing: 'device_not_found',
      insecure: 'insecure_page',
      none: [],
    });
  });
});
