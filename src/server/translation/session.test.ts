import { describe, expect, it } from 'vitest';
import {
  babble,
  joined,
  loud,
  type MemorySession,
  modelOf,
  openInMemory,
  quiet,
  words,
} from '../../../test/translation/memory-session.ts';
import type { SourceSpeech } from '../../engines/contract.ts';
import { echoModel } from '../../engines/echo.ts';
import { scenarioModel } from '../../engines/scenario/model.ts';
import { readScenario } from '../../engines/scenario/read.ts';
import { type LogFields, type SessionLog, silentLog } from '../log.ts';

const scripted = (yaml: string) => scenarioModel(readScenario(yaml, 'scenario.yaml'));

const french = scripted(`
seed: 7
translate:
  - { input: bonjour, output: good morning }
  - { input: merci, output: thank you }
`);

const listens = { type: 'session.update', session: { audio: { input: { transcription: { model: 'w' } } } } };
const close = { type: 'session.close' };

function sounds(session: MemorySession): Uint8Array[] {
  return session.events.flatMap((event) =>
    event.type === 'session.output_audio.delta' ? [new Uint8Array(Buffer.from(event.delta, 'base64'))] : [],
  );
}

/** Session ids never repeat, whatever the seed. */
const nameless = (frame: string): string => frame.replace(/"sess_\w{21}"/, '"sess_"');

describe('a translation session on a wire', () => {
  it('hears an utterance, says what was said and what it means, aloud too', () => {
    const session = openInMemory(french);
    session.send(listens);
    session.append(joined(babble(1200, 800), babble(900, 800)), 960);
    expect(words(session)).toEqual({ heard: 'bonjourmerci', said: 'good morningthank you' });
    session.send(close);
    expect(session.types()).toEqual([
      'session.created',
      'session.updated',
      'session.input_transcript.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.output_audio.delta',
      'session.input_transcript.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.output_transcript.delta',
      'session.output_audio.delta',
      'session.closed',
    ]);
    expect(session.closes).toEqual([{ code: 1000, reason: 'session.closed' }]);
  });

  it('says nothing of what was heard unless asked', () => {
    const session = openInMemory(french);
    session.append(babble(1200, 800));
    expect(words(session)).toEqual({ heard: '', said: 'good morning' });
  });

  it('sends sound as 24 kHz PCM in deltas of at most 400 ms', () => {
    const session = openInMemory(scripted('translate: [{ input: a, output: abcdefghijklmnopqrst }]'));
    session.append(loud(200));
    session.send(close);
    const deltas = session.events.filter(({ type }) => type === 'session.output_audio.delta');
    for (const event of deltas) {
      expect(event).toEqual({
        type: 'session.output_audio.delta',
        event_id: expect.stringMatching(/^event_/),
        delta: expect.any(String),
        format: 'pcm16',
        sample_rate: 24_000,
        channels: 1,
        elapsed_ms: 200,
      });
    }
    expect(sounds(session).map(({ length }) => length)).toEqual([19_200, 19_200, 19_200]);
  });

  it('brings sound of another rate to 24 kHz, whole', () => {
    const second = { type: 'sound', samples: new Int16Array(16_000), sampleRate: 16_000 } as const;
    const session = openInMemory(modelOf(() => [second]));
    session.append(loud(200));
    session.send(close);
    expect(sounds(session).reduce((sum, { length }) => sum + length, 0)).toBe(48_000);
  });

  it('echoes an utterance byte for byte, from a little before it to the pause after it', () => {
    const session = openInMemory(echoModel({ voice: null }));
    const audio = joined(quiet(1000), babble(1000, 1500));
    session.append(audio, 999);
    const echoed = Buffer.concat(sounds(session));
    expect(echoed.length).toBeGreaterThan(1500 * 48);
    expect(Buffer.from(audio).indexOf(echoed)).toBeGreaterThan(500 * 48);
    expect(session.types()).not.toContain('session.output_transcript.delta');
  });

  it('gives the model the utterance and what the client set', () => {
    const heard: SourceSpeech[] = [];
    const session = openInMemory(
      modelOf((speech) => {
        heard.push(speech);
        return [];
      }),
    );
    const input = { transcription: { model: 'w', language: 'fr' }, noise_reduction: { type: 'far_field' } };
    session.send({ type: 'session.update', session: { audio: { input, output: { language: 'de' } } } });
    const audio = joined(loud(300), quiet(500));
    session.append(audio, 333);
    expect(heard).toMatchObject([
      {
        language: 'de',
        transcription: { model: 'w', language: 'fr' },
        noiseReduction: { type: 'far_field', strength: 1 },
        audioMs: 800,
        sound: { sampleRate: 24_000 },
      },
    ]);
    expect(new Uint8Array(heard[0]?.sound.samples.slice().buffer ?? new ArrayBuffer())).toEqual(audio);
  });

  it('takes audio in pieces of any size: the same sound, the same frames', () => {
    const audio = joined(babble(800, 700), babble(1100, 600), babble(300, 0));
    const framesOf = (chunkBytes: number): readonly string[] => {
      const session = openInMemory(french);
      session.send(listens);
      session.append(audio, chunkBytes);
      session.send(close);
      return session.frames.map(nameless);
    };
    const whole = framesOf(audio.length);
    expect(whole.length).toBeGreaterThan(10);
    for (const chunkBytes of [7, 959, 960, 9600]) expect(framesOf(chunkBytes)).toEqual(whole);
  });

  it('with a seed, gives the same frames for the same frames, but for the time and the id of the session', () => {
    const framesOf = (startMs: number): readonly string[] => {
      const session = openInMemory(
        scripted('{ seed: 3, pace: { first_ms: 30, delta_ms: 10 }, translate: [{ input: a b, output: c d }] }'),
        { startMs },
      );
      session.send(listens);
      session.append(babble(800, 700), 960);
      session.clock.runAll();
      return session.frames;
    };
    const timeless = (frame: string): string => frame.replace(/"expires_at":\d+/, '');
    const same = (frames: readonly string[]) => frames.map(timeless).map(nameless);
    const [one, other] = [framesOf(1_000_000), framesOf(2_000_000)];
    expect(other.map(timeless)).not.toEqual(one.map(timeless));
    expect(same(other)).toEqual(same(one));
    expect(one.length).toBeGreaterThan(8);
  });

  it('keeps the pace of the script on the session clock', () => {
    const session = openInMemory(
      scripted('{ pace: { first_ms: 100, delta_ms: 50 }, translate: [{ input: un, output: one two }] }'),
    );
    session.append(loud(300));
    session.send(close);
    const count = () => session.types().filter((type) => type === 'session.output_transcript.delta').length;
    session.clock.advance(149);
    expect(count()).toBe(0);
    session.clock.advance(1);
    expect(count()).toBe(1);
    expect(session.types()).not.toContain('session.closed');
    session.clock.advance(50);
    expect(count()).toBe(2);
    expect(session.types().at(-1)).toBe('session.closed');
  });

  it('waits for a model that takes its time', async () => {
    const session = openInMemory(
      modelOf(async function* () {
        await Promise.resolve();
        yield { type: 'output_text', text: 'late' };
      }),
    );
    session.append(loud(300));
    session.send(close);
    expect(session.types()).toEqual(['session.created']);
    await session.handle.ended;
    expect(session.types()).toEqual(['session.created', 'session.output_transcript.delta', 'session.closed']);
  });

  it('tells of a model that fails, writes down why, and goes on', () => {
    const lines: [string, LogFields][] = [];
    const log: SessionLog = {
      ...silentLog,
      error: (message, fields = {}) => void lines.push([message, fields]),
      child: () => log,
    };
    const cause = new Error('the weights are gone');
    let calls = 0;
    const model = modelOf(() => {
      calls += 1;
      if (calls === 1) throw cause;
      return [{ type: 'output_text', text: 'again' }];
    });
    const session = openInMemory(model, { log });
    session.append(joined(loud(300), quiet(500), loud(300), quiet(500)));
    expect(session.types()).toEqual(['session.created', 'error', 'session.output_transcript.delta']);
    expect(session.events[1]).toMatchObject({ error: { type: 'server_error', code: 'internal_error' } });
    expect(session.frames[1]).not.toContain('weights');
    expect(lines).toEqual([['the translator failed', { utteranceId: 0, err: cause }]]);
  });
});
