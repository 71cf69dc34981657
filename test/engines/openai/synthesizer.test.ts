import { describe, expect, it } from 'vitest';
import { createResampler, writeWav } from '../../../src/audio/node/index.ts';
import {
  espeakVoice,
  type OpenaiSynthesizerOptions,
  openaiSynthesizer,
  type Sound,
} from '../../../src/engines/index.ts';
import { never, pull } from '../turn.ts';
import { answeringServer } from './answering-server.ts';
import { serversOfTest } from './open-servers.ts';
import { recognise } from './pocketsphinx.ts';
import { type SpeechServerOptions, speechServer } from './speech-server.ts';

const open = serversOfTest();
const text = 'What is the weather in Paris';

interface Speech {
  readonly sampleRates: readonly number[];
  readonly samples: Int16Array;
  readonly longestMs: number;
}

function joined(sounds: readonly Sound[]): Speech {
  return {
    sampleRates: [...new Set(sounds.map(({ sampleRate }) => sampleRate))],
    samples: Int16Array.from(sounds.flatMap(({ samples }) => [...samples])),
    longestMs: Math.max(...sounds.map(({ samples, sampleRate }) => (1000 * samples.length) / sampleRate)),
  };
}

async function speak(synthesizer: ReturnType<typeof openaiSynthesizer>, given = {}): Promise<Speech> {
  const sounds: Sound[] = [];
  const options = { voice: 'alloy', speed: 1, signal: never, ...given };
  for await (const sound of synthesizer.speak(text, options)) sounds.push(sound);
  return joined(sounds);
}

async function spoken(options: Partial<OpenaiSynthesizerOptions> = {}, served: SpeechServerOptions = {}) {
  const server = await open(speechServer(served));
  return speak(openaiSynthesizer({ baseUrl: server.url, model: 'espeak', ...options }));
}

async function directly(): Promise<Speech> {
  const sounds: Sound[] = [];
  for await (const sound of espeakVoice().speak(text, { voice: 'alloy', speed: 1, signal: never })) sounds.push(sound);
  return joined(sounds);
}

/** The body of the one request that is made for the text. */
async function bodyFor(options: Partial<OpenaiSynthesizerOptions>, given = {}): Promise<unknown> {
  const server = await open(speechServer());
  await speak(openaiSynthesizer({ baseUrl: server.url, model: 'tts-1', ...options }), given);
  expect(server.requests.map(({ path }) => path)).toEqual(['/v1/audio/speech']);
  return JSON.parse(server.requests[0]?.body.toString('utf8') ?? '');
}

describe('a synthesizer over HTTP, with a real voice', () => {
  it('says words that can be understood again', async () => {
    const { samples, sampleRates } = await spoken();
    expect(sampleRates).toEqual([24_000]);
    const resampler = createResampler(24_000, 16_000);
    const wav = writeWav(Int16Array.from([...resampler.push(samples), ...resampler.flush()]), { sampleRate: 16_000 });
    const grammar = ['what is the weather in (paris | london | madrid)', 'what time is it'];
    expect(await recognise(wav, grammar)).toBe('what is the weather in paris');
  });

  it('gives a WAV stream of unknown length exactly as it was spoken, at its own rate', async () => {
    const [heard, said] = [await spoken({ responseFormat: 'wav' }), await directly()];
    expect(heard.sampleRates).toEqual([22_050]);
    expect(heard.samples).toEqual(said.samples);
  });

  it.each([3, 45, 1001])('gives the same sound when it comes %i bytes at a time', async (bytes) => {
    const said = await directly();
    for (const responseFormat of ['wav', 'pcm'] as const) {
      const server = await open(speechServer({ sampleRate: 22_050 }));
      server.faults.push({ kind: 'drip', bytes });
      const synthesizer = openaiSynthesizer({ baseUrl: server.url, model: 'm', responseFormat, sampleRate: 22_050 });
      expect((await speak(synthesizer)).samples).toEqual(said.samples);
    }
  });

  it('makes one channel of two', async () => {
    const [heard, said] = [await spoken({ responseFormat: 'wav' }, { channels: 2 }), await directly()];
    expect(heard.samples).toEqual(said.samples);
  });

  it('takes sound out of events', async () => {
    const heard = await spoken({ streamFormat: 'sse', responseFormat: 'wav' });
    expect(heard.samples).toEqual((await directly()).samples);
  });

  it('gives pieces of 100 ms at most', async () => {
    const { longestMs } = await spoken();
    expect(longestMs).toBeGreaterThan(50);
    expect(longestMs).toBeLessThanOrEqual(100);
  });

  it('gives the first sound before the server has made the last', async () => {
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    async function* pieces() {
      yield new Uint8Array(4800);
      await held;
      yield new Uint8Array(4800);
    }
    const server = await open(answeringServer(() => ({ contentType: 'audio/pcm', pieces: pieces() })));
    const speech = openaiSynthesizer({ baseUrl: server.url, model: 'm' }).speak(text, {
      voice: 'v',
      speed: 1,
      signal: never,
    });
    const iterator = speech[Symbol.asyncIterator]();
    expect((await iterator.next()).value?.samples.length).toBe(2400);
    letGo();
    expect((await iterator.next()).value?.samples.length).toBe(2400);
    expect((await iterator.next()).done).toBe(true);
  });
});

describe('the rate of plain samples', () => {
  const samples = new Uint8Array(200);

  async function rateOf(contentType: string, options: Partial<OpenaiSynthesizerOptions> = {}) {
    const server = await open(answeringServer(() => ({ contentType, pieces: [samples] })));
    return (await speak(openaiSynthesizer({ baseUrl: server.url, model: 'm', ...options }))).sampleRates;
  }

  it('is what the answer says, else what the options say, else 24 kHz', async () => {
    expect(await rateOf('audio/pcm')).toEqual([24_000]);
    expect(await rateOf('audio/pcm', { sampleRate: 16_000 })).toEqual([16_000]);
    expect(await rateOf('audio/pcm; rate=22050', { sampleRate: 16_000 })).toEqual([22_050]);
    expect(await rateOf('application/octet-stream')).toEqual([24_000]);
  });
});

describe('a request for speech', () => {
  it('holds the text, the voice and the format, and no more', async () => {
    expect(await bodyFor({})).toEqual({ model: 'tts-1', input: text, voice: 'alloy', response_format: 'pcm' });
  });

  it('holds the speed where it is not the usual one', async () => {
    expect(await bodyFor({}, { speed: 1.25 })).toMatchObject({ speed: 1.25 });
  });

  it('names the voice by the map, else the one voice, else as the session does', async () => {
    const voices = { marin: 'af_heart' };
    expect(await bodyFor({ voices, voice: 'af_sky' }, { voice: 'marin' })).toMatchObject({ voice: 'af_heart' });
    expect(await bodyFor({ voices, voice: 'af_sky' }, { voice: 'cedar' })).toMatchObject({ voice: 'af_sky' });
    expect(await bodyFor({ voices }, { voice: 'cedar' })).toMatchObject({ voice: 'cedar' });
    expect(await bodyFor({ voices }, { voice: 'toString' })).toMatchObject({ voice: 'toString' });
  });

  it('holds instructions and further fields; null leaves one out', async () => {
    const body = await bodyFor({ instructions: 'Whisper.', extra: { lang_code: 'a', response_format: null } });
    expect(body).toMatchObject({ instructions: 'Whisper.', lang_code: 'a' });
    expect(body).not.toHaveProperty('response_format');
  });

  it.each(['', ' \n', '…', ', — !'])('is not made for %j, which nobody can pronounce', async (nothing) => {
    const server = await open(speechServer());
    const synthesizer = openaiSynthesizer({ baseUrl: server.url, model: 'm' });
    expect(await pull(synthesizer.speak(nothing, { voice: 'v', speed: 1, signal: never }))).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});

describe('an answer that is no speech', () => {
  it.each([
    ['MP3', 'audio/mpeg', Buffer.from('ID3\u0003 and more')],
    ['Ogg', 'application/ogg', Buffer.from('OggS and more')],
    ['text', 'text/html', Buffer.from('<html>Hello</html>')],
    ['no sound', 'audio/pcm', Buffer.alloc(0)],
    ['a WAV file that cannot be read', 'audio/wav', Buffer.from(`RIFF0000AVI ${'x'.repeat(40)}`)],
    ['no base64', 'text/event-stream', Buffer.from('data: {"type":"speech.audio.delta","audio":"-"}\n\n')],
  ])('is named: %s', async (what, contentType, body) => {
    const server = await open(answeringServer(() => ({ contentType, pieces: [body] })));
    const speaking = speak(openaiSynthesizer({ baseUrl: server.url, model: 'm' }));
    await expect(speaking).rejects.toMatchObject({ code: 'engine_bad_answer', message: expect.stringContaining(what) });
  });
});
