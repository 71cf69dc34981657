import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClientEvent } from '../parse.ts';
import { sessionFromBeta, sessionToBeta } from './session.ts';

const beta = {
  model: 'gpt-realtime',
  modalities: ['text', 'audio'],
  instructions: 'Be brief.',
  voice: 'alloy',
  speed: 1.25,
  input_audio_format: 'g711_ulaw',
  output_audio_format: 'pcm16',
  input_audio_transcription: { model: 'whisper-1', language: 'en' },
  input_audio_noise_reduction: { type: 'near_field' },
  turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 },
  tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } }],
  tool_choice: { type: 'function', function: { name: 'f' } },
  max_response_output_tokens: 1000,
  tracing: 'auto',
  include: ['item.input_audio_transcription.logprobs'],
  prompt: { id: 'pmpt_1' },
};

const ga = {
  type: 'realtime',
  model: 'gpt-realtime',
  output_modalities: ['audio'],
  instructions: 'Be brief.',
  audio: {
    input: {
      format: { type: 'audio/pcmu' },
      transcription: { model: 'whisper-1', language: 'en' },
      noise_reduction: { type: 'near_field' },
      turn_detection: { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 },
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'alloy', speed: 1.25 },
  },
  tools: [{ type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } }],
  tool_choice: { type: 'function', name: 'f' },
  max_output_tokens: 1000,
  tracing: 'auto',
  include: ['item.input_audio_transcription.logprobs'],
  prompt: { id: 'pmpt_1' },
};

describe('a beta session', () => {
  it('becomes a GA session that passes the check, field by field', () => {
    expect(sessionFromBeta(beta)).toStrictEqual(ga);
    expect(checkClientEvent({ type: 'session.update', session: sessionFromBeta(beta) })).toMatchObject({ ok: true });
  });

  it('comes back from GA as it was', () => {
    expect(sessionToBeta(ga)).toStrictEqual(beta);
  });

  it.each([
    ['pcm16', { type: 'audio/pcm', rate: 24_000 }],
    ['g711_ulaw', { type: 'audio/pcmu' }],
    ['g711_alaw', { type: 'audio/pcma' }],
  ])('has the format %s under another name', (name, format) => {
    expect(sessionFromBeta({ input_audio_format: name, output_audio_format: name })).toStrictEqual({
      type: 'realtime',
      audio: { input: { format }, output: { format } },
    });
    expect(sessionToBeta({ audio: { input: { format } } })).toStrictEqual({ input_audio_format: name });
  });

  it.each([
    [['text'], ['text']],
    [['text', 'audio'], ['audio']],
    [['audio', 'text'], ['audio']],
    [['audio'], ['audio']],
    [[], []],
    [['video'], ['video']],
    [
      ['text', 'audio', 'text'],
      ['text', 'audio', 'text'],
    ],
    ['audio', 'audio'],
    [null, null],
  ])('asks for the modalities %j as %j', (modalities, output_modalities) => {
    expect(sessionFromBeta({ modalities })).toStrictEqual({ type: 'realtime', output_modalities });
  });

  it('switches things off by null, both ways', () => {
    const off = { input_audio_transcription: null, input_audio_noise_reduction: null, turn_detection: null };
    const gaOff = { transcription: null, noise_reduction: null, turn_detection: null };
    expect(sessionFromBeta(off)).toStrictEqual({ type: 'realtime', audio: { input: gaOff } });
    expect(sessionToBeta({ type: 'realtime', audio: { input: gaOff } })).toStrictEqual(off);
  });

  it('loses its temperature, which GA has no more', () => {
    expect(sessionFromBeta({ temperature: 0.8, voice: 'ash' })).toStrictEqual({
      type: 'realtime',
      audio: { output: { voice: 'ash' } },
    });
  });

  it('detects turns by one of two kinds, without the settings of the other', () => {
    const flat = {
      eagerness: 'low',
      threshold: 0.4,
      prefix_padding_ms: 1,
      silence_duration_ms: 2,
      create_response: false,
    };
    const detectionOf = (turn_detection: unknown) => sessionFromBeta({ turn_detection })['audio'];
    const server = {
      type: 'server_vad',
      threshold: 0.4,
      prefix_padding_ms: 1,
      silence_duration_ms: 2,
      create_response: false,
    };
    expect(detectionOf(flat)).toStrictEqual({ input: { turn_detection: server } });
    expect(detectionOf({ ...flat, type: 'server_vad' })).toStrictEqual({ input: { turn_detection: server } });
    expect(detectionOf({ ...flat, type: 'semantic_vad' })).toStrictEqual({
      input: { turn_detection: { type: 'semantic_vad', eagerness: 'low', create_response: false } },
    });
  });

  it.each(['auto', 'none', 'required', { type: 'mcp', server_label: 's' }, { type: 'function', name: 'f' }])(
    'takes the tool choice %j as it is',
    (tool_choice) => {
      expect(sessionFromBeta({ tool_choice })).toStrictEqual({ type: 'realtime', tool_choice });
    },
  );

  it('keeps what it does not know, so that the check names it', () => {
    const session = sessionFromBeta({ voice: 'alloy', colour: 'red', audio: { input: { gain: 2 }, room: 1 } });
    expect(session).toStrictEqual({
      type: 'realtime',
      colour: 'red',
      audio: { input: { gain: 2 }, room: 1, output: { voice: 'alloy' } },
    });
    expect(sessionToBeta(session)).toStrictEqual({
      voice: 'alloy',
      colour: 'red',
      audio: { input: { gain: 2 }, room: 1 },
    });
    expect(checkClientEvent({ type: 'session.update', session })).toMatchObject({ ok: false });
  });
});

describe('a GA session', () => {
  it('passes through unchanged when it comes in place of a beta one', () => {
    expect(sessionFromBeta(ga)).toStrictEqual(ga);
  });

  it('takes along to the beta what only GA has', () => {
    const only = { truncation: 'auto', reasoning: { effort: 'low' }, parallel_tool_calls: true };
    const voice = { id: 'voice_1' };
    expect(sessionToBeta({ type: 'realtime', ...only, audio: { output: { voice } } })).toStrictEqual({
      ...only,
      voice,
    });
    for (const format of [{ type: 'audio/pcm', rate: 16_000 }, {}, 'pcm', null]) {
      expect(sessionToBeta({ audio: { input: { format } } })).toStrictEqual({ input_audio_format: format });
    }
  });
});

describe('a transcription session', () => {
  const flat = {
    input_audio_format: 'pcm16',
    input_audio_transcription: { model: 'gpt-4o-transcribe', prompt: '', language: 'en' },
    turn_detection: { type: 'server_vad' },
    include: ['item.input_audio_transcription.logprobs'],
  };
  const tree = {
    type: 'transcription',
    audio: {
      input: {
        format: { type: 'audio/pcm', rate: 24_000 },
        transcription: { model: 'gpt-4o-transcribe', prompt: '', language: 'en' },
        turn_detection: { type: 'server_vad' },
      },
    },
    include: ['item.input_audio_transcription.logprobs'],
  };

  it('goes to GA and back, but for its modalities', () => {
    expect(sessionFromBeta({ ...flat, modalities: ['text'] }, 'transcription')).toStrictEqual(tree);
    expect(sessionToBeta(tree)).toStrictEqual(flat);
    expect(checkClientEvent({ type: 'session.update', session: tree })).toMatchObject({ ok: true });
  });
});

/** Beta sessions that lose nothing on the way: each key may be missing. */
const anyBeta = fc.record(
  {
    id: fc.string(),
    object: fc.constant('realtime.session'),
    expires_at: fc.nat(),
    model: fc.string(),
    modalities: fc.constantFrom(['text'], ['text', 'audio']),
    instructions: fc.string(),
    voice: fc.string(),
    speed: fc.double({ noNaN: true }),
    input_audio_format: fc.constantFrom('pcm16', 'g711_ulaw', 'g711_alaw'),
    output_audio_format: fc.constantFrom('pcm16', 'g711_ulaw', 'g711_alaw'),
    input_audio_transcription: fc.option(fc.record({ model: fc.string() })),
    input_audio_noise_reduction: fc.option(fc.record({ type: fc.constantFrom('near_field', 'far_field') })),
    turn_detection: fc.option(
      fc.oneof(
        fc.record({ type: fc.constant('server_vad'), threshold: fc.nat() }, { requiredKeys: ['type'] }),
        fc.record({ type: fc.constant('semantic_vad'), eagerness: fc.string() }, { requiredKeys: ['type'] }),
      ),
    ),
    tools: fc.array(fc.record({ type: fc.constant('function'), name: fc.string() })),
    tool_choice: fc.oneof(
      fc.constantFrom('auto', 'none', 'required'),
      fc.record({ type: fc.constant('function'), function: fc.record({ name: fc.string() }) }),
    ),
    max_response_output_tokens: fc.oneof(fc.nat(), fc.constant('inf')),
    tracing: fc.option(fc.constant('auto')),
    unheard_of: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

it('every beta session comes back as it was', () => {
  fc.assert(
    fc.property(anyBeta, fc.constantFrom('realtime' as const, 'transcription' as const), (session, kind) => {
      const { modalities, ...rest } = session;
      const expected = kind === 'realtime' && modalities !== undefined ? { ...rest, modalities } : rest;
      expect(sessionToBeta(sessionFromBeta(session, kind))).toEqual(expected);
    }),
  );
});
