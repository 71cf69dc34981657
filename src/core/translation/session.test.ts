import { describe, expect, it } from 'vitest';
import { translationScript, typesOf } from '../../../test/translation/script.ts';
import { ticksPerMs } from '../formats.ts';
import type { TranslationRequest } from './effect.ts';

const close = { type: 'session.close' } as const;
const transcribed = { input: { transcription: { model: 'gpt-realtime-whisper' } } };

/** What was handed to the translator, in order. */
function requests(script: ReturnType<typeof translationScript>): TranslationRequest[] {
  return script.effects.flatMap((effect) => (effect.do === 'translate' ? [effect.request] : []));
}

/** The utterances that were cut: from where to where, in milliseconds. */
function cuts(script: ReturnType<typeof translationScript>): [number, number][] {
  return script.effects.flatMap((effect): [number, number][] =>
    effect.do === 'keep-input' ? [[effect.fromTick / ticksPerMs, effect.toTick / ticksPerMs]] : [],
  );
}

function closes(script: ReturnType<typeof translationScript>): [number, string][] {
  return script.effects.flatMap((effect): [number, string][] =>
    effect.do === 'close' ? [[effect.code, effect.reason]] : [],
  );
}

function errorOf(events: readonly { type: string; error?: unknown }[]): unknown {
  expect(typesOf(events)).toEqual(['error']);
  return events[0]?.error;
}

describe('a translation session', () => {
  it('greets with its whole configuration, once and first', () => {
    const { events } = translationScript();
    expect(events).toEqual([
      {
        type: 'session.created',
        event_id: expect.stringMatching(/^event_\w{21}$/),
        session: {
          type: 'translation',
          id: expect.stringMatching(/^sess_\w{21}$/),
          model: 'translator',
          audio: { input: { transcription: null, noise_reduction: null }, output: { language: 'en' } },
          expires_at: 3600,
        },
      },
    ]);
  });

  it('starts from the configuration it is given', () => {
    const { events } = translationScript({ audio: { ...transcribed, output: { language: 'es' } } });
    expect(events[0]).toMatchObject({
      session: {
        audio: {
          input: { transcription: { model: 'gpt-realtime-whisper' }, noise_reduction: null },
          output: { language: 'es' },
        },
      },
    });
  });
});

describe('session.update', () => {
  const update = (script: ReturnType<typeof translationScript>, audio: object) =>
    script.client({ type: 'session.update', session: { audio } })[0];

  it('changes what it names, keeps the rest, and is answered with all of it', () => {
    const script = translationScript();
    update(script, { output: { language: 'de' } });
    update(script, { input: { transcription: { model: 'w', language: 'fr' } } });
    expect(update(script, { input: { noise_reduction: { type: 'far_field' } } })).toMatchObject({
      type: 'session.updated',
      session: {
        type: 'translation',
        id: script.state.config.id,
        model: 'translator',
        expires_at: 3600,
        audio: {
          input: {
            transcription: { model: 'w', language: 'fr' },
            noise_reduction: { type: 'far_field', strength: 1 },
          },
          output: { language: 'de' },
        },
      },
    });
  });

  it('clears with null', () => {
    const script = translationScript({
      audio: { input: { transcription: { model: 'w' }, noise_reduction: { type: 'near_field' } } },
    });
    update(script, { input: { transcription: null } });
    expect(script.state.config.audio.input).toEqual({
      transcription: null,
      noise_reduction: { type: 'near_field', strength: 1 },
    });
    update(script, { input: { noise_reduction: null } });
    expect(script.state.config.audio.input.noise_reduction).toBeNull();
  });

  it('keeps the strength of noise reduction where it gives none, until that is switched off', () => {
    const script = translationScript();
    update(script, { input: { noise_reduction: { type: 'near_field', strength: 0.3 } } });
    update(script, { input: { noise_reduction: { type: 'far_field' } } });
    expect(script.state.config.audio.input.noise_reduction).toEqual({ type: 'far_field', strength: 0.3 });
    update(script, { input: { noise_reduction: null } });
    update(script, { input: { noise_reduction: { type: 'near_field' } } });
    expect(script.state.config.audio.input.noise_reduction).toEqual({ type: 'near_field', strength: 1 });
  });

  it('is answered even where nothing changes', () => {
    const script = translationScript();
    expect(typesOf(script.client({ type: 'session.update', session: {} }))).toEqual(['session.updated']);
  });

  it('holds for utterances whose translation begins after it', () => {
    const script = translationScript();
    script.hear(1, 200);
    update(script, { ...transcribed, output: { language: 'it' } });
    script.hear(0, 500);
    update(script, { input: { transcription: null }, output: { language: 'pt' } });
    expect(requests(script)).toMatchObject([{ language: 'it', transcription: { model: 'gpt-realtime-whisper' } }]);
    expect(typesOf(script.translator(0, { type: 'input_text', text: 'ciao' }))).toEqual([
      'session.input_transcript.delta',
    ]);
  });
});

describe('an utterance', () => {
  it('is speech followed by half a second of silence, with a little of what came before', () => {
    const script = translationScript();
    script.hear(0, 1000);
    script.hear(1, 400);
    script.hear(0, 480);
    expect(cuts(script)).toEqual([]);
    script.hear(0, 20);
    expect(cuts(script)).toEqual([[700, 1900]]);
    expect(requests(script)).toEqual([
      { utteranceId: 0, language: 'en', transcription: null, noiseReduction: null, audioMs: 1200 },
    ]);
  });

  it('goes on through a shorter pause', () => {
    const script = translationScript();
    for (let i = 0; i < 3; i++) {
      script.hear(1, 200);
      script.hear(0, 400);
    }
    script.hear(0, 100);
    expect(cuts(script)).toEqual([[0, 1900]]);
  });

  it('does not begin with a click', () => {
    const script = translationScript();
    script.hear(1, 40);
    script.hear(0, 2000);
    expect(cuts(script)).toEqual([]);
  });

  it('does not take audio of the one before it', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 500);
    script.hear(1, 200);
    script.hear(0, 500);
    expect(cuts(script)).toEqual([
      [0, 700],
      [700, 1400],
    ]);
  });

  it('is cut after a minute where nobody pauses', () => {
    const script = translationScript();
    script.hear(1, 61_000);
    script.hear(0, 500);
    expect(cuts(script)).toEqual([
      [0, 60_000],
      [60_000, 61_500],
    ]);
  });

  it('waits until the one before it is translated', () => {
    const script = translationScript({ audio: transcribed });
    script.hear(1, 200);
    script.hear(0, 500);
    script.hear(1, 200);
    script.hear(0, 500);
    expect(requests(script).map(({ utteranceId }) => utteranceId)).toEqual([0]);
    expect(script.translator(1, { type: 'output_text', text: 'too early' })).toEqual([]);
    script.translator(0, { type: 'end' });
    expect(requests(script).map(({ utteranceId }) => utteranceId)).toEqual([0, 1]);
    expect(script.translator(0, { type: 'output_text', text: 'too late' })).toEqual([]);
  });
});

describe('what the translator says', () => {
  function uttered(options: Parameters<typeof translationScript>[0] = {}) {
    const script = translationScript(options);
    script.hear(0, 300);
    script.hear(1, 400);
    script.hear(0, 500);
    return script;
  }

  it('is told with the place in the input it belongs to, in steps of 200 ms', () => {
    const script = uttered({ audio: transcribed });
    script.hear(0, 3000);
    const sent = script.translator(
      0,
      { type: 'input_text', text: 'bonjour' },
      { type: 'output_text', text: 'good ' },
      { type: 'audio', audio: new Uint8Array(4800) },
    );
    const event_id = expect.stringMatching(/^event_/);
    expect(sent).toEqual([
      { type: 'session.input_transcript.delta', event_id, delta: 'bonjour', elapsed_ms: 1200 },
      { type: 'session.output_transcript.delta', event_id, delta: 'good ', elapsed_ms: 1200 },
      { type: 'session.output_audio.delta', event_id, delta: '100 ms', elapsed_ms: 1200 },
    ]);
    expect(new Set(script.events.map((event) => event.event_id)).size).toBe(4);
  });

  it('leaves out the input transcript where nobody asked for it', () => {
    const script = uttered();
    expect(script.translator(0, { type: 'input_text', text: 'bonjour' })).toEqual([]);
  });

  it('leaves out words and sound that are empty', () => {
    const script = uttered({ audio: transcribed });
    const sent = script.translator(
      0,
      { type: 'input_text', text: '' },
      { type: 'output_text', text: '' },
      { type: 'audio', audio: new Uint8Array() },
    );
    expect(sent).toEqual([]);
  });

  it('is cut into sounds of at most 400 ms', () => {
    const script = uttered();
    const sent = script.translator(0, { type: 'audio', audio: new Uint8Array(1000 * 48) });
    expect(sent.map((event) => (event.type === 'session.output_audio.delta' ? event.delta : ''))).toEqual([
      '400 ms',
      '400 ms',
      '200 ms',
    ]);
  });

  it('becomes an error where it fails, and the next utterance is translated all the same', () => {
    const script = uttered();
    script.hear(1, 200);
    script.hear(0, 500);
    expect(errorOf(script.translator(0, { type: 'failed' }))).toMatchObject({
      type: 'server_error',
      code: 'internal_error',
      param: null,
      event_id: null,
    });
    expect(requests(script)).toHaveLength(2);
  });
});

describe('session.close', () => {
  it('ends at once a session that heard nothing', () => {
    const script = translationScript();
    expect(typesOf(script.client(close))).toEqual(['session.closed']);
    expect(closes(script)).toEqual([[1000, 'session.closed']]);
  });

  it('translates what is open, to its last millisecond, before it ends', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.append(5 * 48);
    expect(script.client(close)).toEqual([]);
    expect(cuts(script)).toEqual([[0, 405]]);
    expect(typesOf(script.translator(0, { type: 'output_text', text: 'hi' }))).toEqual([
      'session.output_transcript.delta',
    ]);
    expect(typesOf(script.translator(0, { type: 'end' }))).toEqual(['session.closed']);
    expect(closes(script)).toEqual([[1000, 'session.closed']]);
  });

  it('waits for all that is left to translate', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 500);
    script.hear(1, 200);
    script.client(close);
    expect(script.translator(0, { type: 'end' })).toEqual([]);
    expect(typesOf(script.translator(1, { type: 'end' }))).toEqual(['session.closed']);
  });

  it('takes audio in which nothing was heard as speech for one utterance, if there is a tenth of a second of it', () => {
    const script = translationScript();
    script.hear(0, 100);
    expect(script.client(close)).toEqual([]);
    expect(cuts(script)).toEqual([[0, 100]]);

    const shorter = translationScript();
    shorter.append(100 * 48 - 2);
    expect(typesOf(shorter.client(close))).toEqual(['session.closed']);
  });

  it('takes only the newest half minute of such audio', () => {
    const script = translationScript();
    script.hear(0, 90_000);
    script.client(close);
    const [[from = 0, to = 0] = []] = cuts(script);
    expect(to).toBe(90_000);
    expect(to - from).toBeGreaterThanOrEqual(30_000);
    expect(to - from).toBeLessThanOrEqual(31_000);
  });

  it('makes no utterance of the silence after speech', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 5000);
    script.translator(0, { type: 'end' });
    expect(typesOf(script.client(close))).toEqual(['session.closed']);
    expect(cuts(script)).toHaveLength(1);
  });

  it.each([
    ['audio', { from: 'microphone', audio: new Uint8Array(480), eventId: 'evt_1' }],
    ['an update', { from: 'client', event: { type: 'session.update', session: {}, event_id: 'evt_1' } }],
    ['another session.close', { from: 'client', event: { type: 'session.close', event_id: 'evt_1' } }],
  ] as const)('refuses %s after it', (_, input) => {
    const script = translationScript();
    script.hear(1, 200);
    script.client(close);
    const before = script.state;
    expect(errorOf(script.feed(input))).toEqual({
      type: 'invalid_request_error',
      code: 'session_closing',
      message: 'The session is closing: nothing is accepted after session.close.',
      param: null,
      event_id: 'evt_1',
    });
    expect({ ...script.state, ids: null }).toEqual({ ...before, ids: null });
  });

  it('is the last word: nothing is sent after session.closed', () => {
    const script = translationScript();
    script.client(close);
    expect(script.append(4800)).toEqual([]);
    expect(script.client(close)).toEqual([]);
    expect(script.feed({ from: 'server', say: 'drain' })).toEqual([]);
    expect(script.feed({ from: 'timer', timer: 'expiry' })).toEqual([]);
  });
});

describe('the input', () => {
  it('counts an odd byte when its other half comes', () => {
    const script = translationScript();
    script.append(4801);
    expect(script.state.input).toMatchObject({ endTick: 2400, spareBytes: 1 });
    script.append(4799);
    expect(script.state.input).toMatchObject({ endTick: 4800, spareBytes: 0 });
  });

  it('keeps no silence once speech was heard', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 600_000);
    const { startTick, endTick } = script.state.input;
    expect(endTick - startTick).toBeLessThanOrEqual(1300 * ticksPerMs);
  });

  it('refuses audio while too much waits to be translated, and takes it again when there is room', () => {
    const script = translationScript({ rules: { maxBufferedMs: 2000 } });
    script.hear(1, 400);
    script.hear(0, 500);
    expect(errorOf(script.append(1200 * 48, 'evt_9'))).toMatchObject({
      type: 'invalid_request_error',
      code: 'input_audio_buffer_full',
      param: 'audio',
      event_id: 'evt_9',
    });
    expect(script.state.input.endTick).toBe(900 * ticksPerMs);
    script.translator(0, { type: 'end' });
    expect(script.append(1200 * 48)).toEqual([]);
  });

  it('never fills up with speech that has no pause, as long as it is translated', () => {
    const script = translationScript({ rules: { maxBufferedMs: 2000 } });
    for (let i = 0; i < 10; i++) {
      expect(script.hear(1, 1000)).toEqual([]);
      script.translator(i, { type: 'end' });
    }
    expect(cuts(script)).toHaveLength(10);
  });
});

describe('the end of a translation session', () => {
  it('comes with its age', () => {
    const script = translationScript();
    expect(script.effects).toContainEqual({ do: 'arm', timer: 'expiry', afterMs: 3_600_000 });
    script.hear(1, 200);
    script.hear(0, 500);
    expect(errorOf(script.feed({ from: 'timer', timer: 'expiry' }))).toMatchObject({
      type: 'invalid_request_error',
      code: 'session_expired',
      message: 'Your session hit the maximum duration of 60 minutes.',
    });
    expect(closes(script).map(([code]) => code)).toEqual([1001]);
    expect(script.effects).toContainEqual({ do: 'abort', utteranceId: 0 });
  });

  it('comes when the reader is too slow', () => {
    const script = translationScript();
    expect(errorOf(script.feed({ from: 'server', say: 'slow_reader' }))).toMatchObject({ code: 'slow_consumer' });
    expect(closes(script)).toEqual([[1008, 'invalid_request_error.slow_consumer']]);
  });

  it('comes at once when the server drains and nothing is under way', () => {
    const script = translationScript();
    script.hear(0, 500);
    expect(errorOf(script.feed({ from: 'server', say: 'drain' }))).toMatchObject({ code: 'server_draining' });
    expect(closes(script)).toEqual([[1001, 'server_error.server_draining']]);
  });

  it('waits, when the server drains, for the translation of what was said', () => {
    const script = translationScript();
    script.hear(1, 400);
    expect(script.feed({ from: 'server', say: 'drain' })).toEqual([]);
    expect(cuts(script)).toEqual([[0, 400]]);
    expect(script.hear(1, 1000)).toEqual([]);
    expect(cuts(script)).toHaveLength(1);
    expect(typesOf(script.translator(0, { type: 'output_text', text: 'hi' }, { type: 'end' }))).toEqual([
      'session.output_transcript.delta',
      'error',
    ]);
    expect(closes(script)).toEqual([[1001, 'server_error.server_draining']]);
  });

  it('does not wait longer than five seconds', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.feed({ from: 'server', say: 'drain' });
    expect(script.effects).toContainEqual({ do: 'arm', timer: 'drain', afterMs: 5000 });
    expect(errorOf(script.feed({ from: 'timer', timer: 'drain' }))).toMatchObject({ code: 'server_draining' });
    expect(script.effects).toContainEqual({ do: 'abort', utteranceId: 0 });
    expect(script.translator(0, { type: 'output_text', text: 'late' })).toEqual([]);
  });

  it('is a proper one when the client closes while the server drains', () => {
    const script = translationScript();
    script.hear(1, 400);
    script.feed({ from: 'server', say: 'drain' });
    script.client(close);
    expect(typesOf(script.translator(0, { type: 'end' }))).toEqual(['session.closed']);
    expect(closes(script)).toEqual([[1000, 'session.closed']]);
  });

  it('stops the translator when the peer is gone, and says nothing', () => {
    const script = translationScript();
    script.hear(1, 200);
    script.hear(0, 500);
    expect(script.feed({ from: 'wire', say: 'closed' })).toEqual([]);
    expect(script.effects).toContainEqual({ do: 'abort', utteranceId: 0 });
    expect(script.effects).toContainEqual({ do: 'disarm', timer: 'expiry' });
  });
});

describe('a refused frame', () => {
  it('is answered with its error and changes nothing', () => {
    const script = translationScript();
    const error = { type: 'invalid_request_error', code: 'invalid_json', message: 'no', param: null, event_id: null };
    const { ids: _, ...before } = script.state;
    expect(errorOf(script.feed({ from: 'refusal', error }))).toEqual(error);
    expect(script.state).toMatchObject(before);
  });
});
