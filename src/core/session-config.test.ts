import { describe, expect, it } from 'vitest';
import type { ClientEvent } from '../protocol/events/index.ts';
import type { AudioInput } from '../protocol/types.ts';
import { sessionScript, typesOf } from '../testing/session-script.ts';

const textOnly: ClientEvent<'session.update'> = {
  type: 'session.update',
  session: { type: 'realtime', output_modalities: ['text'] },
};

describe('session.created', () => {
  it('shows every default of a realtime session', () => {
    const { events } = sessionScript();
    expect(typesOf(events)).toEqual(['session.created']);
    expect(events[0]).toMatchObject({
      session: {
        type: 'realtime',
        object: 'realtime.session',
        id: expect.stringMatching(/^sess_/),
        model: 'test-model',
        output_modalities: ['audio'],
        instructions: expect.stringMatching(/./),
        tools: [],
        tool_choice: 'auto',
        max_output_tokens: 'inf',
        tracing: null,
        prompt: null,
        include: null,
        truncation: 'auto',
        expires_at: 3600,
        audio: {
          input: {
            format: { type: 'audio/pcm', rate: 24000 },
            transcription: null,
            noise_reduction: null,
            turn_detection: {
              type: 'server_vad',
              threshold: 0.5,
              prefix_padding_ms: 300,
              silence_duration_ms: 200,
              idle_timeout_ms: null,
              create_response: true,
              interrupt_response: true,
            },
          },
          output: { format: { type: 'audio/pcm', rate: 24000 }, voice: 'alloy', speed: 1 },
        },
      },
    });
  });

  it('shows a transcription session without model, output and the switches of responses', () => {
    const { events } = sessionScript({ model: null });
    const [created] = events;
    expect(created).toMatchObject({ session: { type: 'transcription', object: 'realtime.transcription_session' } });
    expect(JSON.stringify(created)).not.toMatch(/model|output|create_response|interrupt_response|idle_timeout/);
  });

  it('is followed by conversation.created only where that is asked for', () => {
    const { events } = sessionScript({ rules: { sendConversationCreated: true } });
    expect(typesOf(events)).toEqual(['session.created', 'conversation.created']);
  });
});

describe('session.update', () => {
  it('shows a transcription session no switches of responses under semantic_vad either', () => {
    const script = sessionScript({ model: null });
    const audio = { input: { turn_detection: { type: 'semantic_vad' as const } } };
    const [updated] = script.client({ type: 'session.update', session: { type: 'transcription', audio } });
    expect(updated).toMatchObject({ session: { audio: { input: { turn_detection: { eagerness: 'auto' } } } } });
    expect(JSON.stringify(updated)).not.toMatch(/create_response|interrupt_response/);
  });

  it('changes only what it names and answers with the whole session', () => {
    const script = sessionScript();
    const [updated] = script.client(textOnly);
    expect(updated).toMatchObject({
      type: 'session.updated',
      session: { output_modalities: ['text'], audio: { output: { voice: 'alloy' } }, instructions: expect.any(String) },
    });
  });

  it('answers an update that changes nothing', () => {
    const script = sessionScript();
    expect(typesOf(script.client({ type: 'session.update', session: { type: 'realtime' } }))).toEqual([
      'session.updated',
    ]);
  });

  it('clears with "", [] and null', () => {
    const script = sessionScript();
    script.client({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Hi', tools: [{ type: 'function', name: 'f' }], tracing: 'auto' },
    });
    const [cleared] = script.client({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: '',
        tools: [],
        tracing: null,
        audio: { input: { turn_detection: null, transcription: null, noise_reduction: null } },
      },
    });
    expect(cleared).toMatchObject({
      session: { instructions: '', tools: [], tracing: null, audio: { input: { turn_detection: null } } },
    });
  });

  it('replaces turn detection, transcription and format whole, with the defaults filled in again', () => {
    const script = sessionScript();
    script.client({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.9 } } } },
    });
    const [updated] = script.client({
      type: 'session.update',
      session: {
        type: 'realtime',
        audio: {
          input: {
            turn_detection: { type: 'server_vad', silence_duration_ms: 700 },
            transcription: { model: 'whisper-1' },
            format: { type: 'audio/pcmu' },
          },
        },
      },
    });
    expect(updated).toMatchObject({
      session: {
        audio: {
          input: {
            turn_detection: { threshold: 0.5, silence_duration_ms: 700, prefix_padding_ms: 300 },
            transcription: { model: 'whisper-1', language: null, prompt: null },
            format: { type: 'audio/pcmu' },
          },
        },
      },
    });
  });

  it('keeps the strength of noise reduction that an update leaves out', () => {
    const script = sessionScript();
    const reduce = (noise_reduction: { type?: 'near_field' | 'far_field'; strength?: number }) =>
      script.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { noise_reduction } } } });
    reduce({ type: 'near_field', strength: 0.4 });
    expect(reduce({ type: 'far_field' })[0]).toMatchObject({
      session: { audio: { input: { noise_reduction: { type: 'far_field', strength: 0.4 } } } },
    });
  });
});

describe('what a session does not let go of', () => {
  it.each([
    ['another model', { type: 'realtime', model: 'other' }, 'invalid_value', 'session.model'],
    ['another type', { type: 'transcription' }, 'invalid_parameter', 'session.type'],
  ] as const)('refuses %s', (_name, session, code, param) => {
    const script = sessionScript();
    const before = script.session.config;
    const [error] = script.client({ type: 'session.update', event_id: 'mine', session });
    expect(error).toMatchObject({ type: 'error', error: { code, param, event_id: 'mine' } });
    expect(script.session.config).toBe(before);
  });

  it('accepts the same model again', () => {
    const script = sessionScript();
    const [updated] = script.client({ type: 'session.update', session: { type: 'realtime', model: 'test-model' } });
    expect(updated?.type).toBe('session.updated');
  });

  it('fixes the voice once there was audio, and still takes the same voice', () => {
    const script = sessionScript();
    const voice = (name: string) =>
      script.client({ type: 'session.update', session: { type: 'realtime', audio: { output: { voice: name } } } });
    expect(voice('ash')[0]?.type).toBe('session.updated');
    const [created] = script.client({ type: 'response.create' });
    const id = created?.type === 'response.created' ? (created.response.id ?? '') : '';
    script.model(id, { type: 'audio', audio: new Uint8Array(480) }, { type: 'end' });
    expect(voice('verse')[0]).toMatchObject({ error: { code: 'cannot_update_voice', param: null } });
    expect(voice('ash')[0]?.type).toBe('session.updated');
  });

  it('drops the whole update for one wrong field', () => {
    const script = sessionScript();
    script.client({ type: 'session.update', session: { type: 'realtime', instructions: 'new', model: 'other' } });
    expect(script.session.config).not.toMatchObject({ instructions: 'new' });
  });

  describe.each([
    ['transcription', null],
    ['realtime', 'test-model'],
  ] as const)('of a %s session that transcribes by a model without turn detection', (type, model) => {
    const whisper = { transcription: { model: 'gpt-realtime-whisper' } };
    const semantic = { turn_detection: { type: 'semantic_vad' as const } };
    const clash = { error: { code: 'invalid_value', param: 'session.audio.input.turn_detection' } };

    function script() {
      const { client } = sessionScript({ model });
      return (input: AudioInput) => client({ type: 'session.update', session: { type, audio: { input } } });
    }

    it('lets go of the turn detection that nobody asked for', () => {
      const update = script();
      const [updated] = update(whisper);
      expect(updated).toMatchObject({ session: { audio: { input: { ...whisper, turn_detection: null } } } });
      expect(update(semantic)).toMatchObject([clash]);
    });

    it('refuses turn detection beside a transcription model that cannot have it', () => {
      const update = script();
      expect(update({ ...whisper, ...semantic })).toMatchObject([clash]);
      expect(update({ ...whisper, turn_detection: { type: 'server_vad' } })).toMatchObject([clash]);
      expect(update(semantic)).toMatchObject([{ type: 'session.updated' }]);
      expect(update(whisper)).toMatchObject([clash]);
    });
  });

  it.each(['in updates', 'in responses'])('refuses a function name twice, %s', (where) => {
    const tools = [{ name: 'twice' }, { name: 'once' }, { type: 'function' as const, name: 'twice' }];
    const script = sessionScript();
    const events =
      where === 'in updates'
        ? script.client({ type: 'session.update', session: { type: 'realtime', tools } })
        : script.client({ type: 'response.create', response: { tools } });
    const param = where === 'in updates' ? 'session.tools[2].name' : 'response.tools[2].name';
    expect(events).toMatchObject([{ type: 'error', error: { code: 'invalid_value', param } }]);
    expect(events).toHaveLength(1);
  });

  it.each(['in updates', 'in responses'])('fills in the rate of PCM, %s', (where) => {
    const audio = { output: { format: { type: 'audio/pcm' as const } } };
    const whole = { audio: { output: { format: { type: 'audio/pcm', rate: 24_000 } } } };
    const script = sessionScript();
    const [shown] =
      where === 'in updates'
        ? script.client({ type: 'session.update', session: { type: 'realtime', audio } })
        : script.client({ type: 'response.create', response: { audio } });
    expect(shown).toMatchObject({ [where === 'in updates' ? 'session' : 'response']: whole });
  });

  it('takes null truncation for disabled', () => {
    const [updated] = sessionScript().client({
      type: 'session.update',
      session: { type: 'realtime', truncation: null },
    });
    expect(updated).toMatchObject({ session: { truncation: 'disabled' } });
  });

  it('fixes tracing once it is on', () => {
    const script = sessionScript();
    const trace = (tracing: 'auto' | { workflow_name: string }) =>
      script.client({ type: 'session.update', session: { type: 'realtime', tracing } })[0];
    expect(trace('auto')?.type).toBe('session.updated');
    expect(trace('auto')?.type).toBe('session.updated');
    expect(trace({ workflow_name: 'x' })).toMatchObject({ error: { param: 'session.tracing' } });
  });
});

describe('the ceiling on instructions and tools', () => {
  const long = 'word '.repeat(100);
  const update = (session: object): ClientEvent<'session.update'> => ({
    type: 'session.update',
    session: { type: 'realtime', ...session },
  });
  const tool = { type: 'function', name: 'look', description: long };

  it.each([
    ['instructions', { instructions: long }, 'session.instructions'],
    ['tools', { tools: [tool] }, 'session.tools'],
    [
      'both together',
      { instructions: 'word '.repeat(60), tools: [{ ...tool, description: long.slice(0, 150) }] },
      'session.instructions',
    ],
  ])('refuses the whole update for %s that are past it', (_, settings, param) => {
    const script = sessionScript({ rules: { instructionTokens: 100 } });
    expect(script.client(update({ output_modalities: ['text'], ...settings }))).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', param } },
    ]);
    expect(script.session.config).toMatchObject({ output_modalities: ['audio'] });
  });

  it('lets through what fits, and updates of anything else', () => {
    const script = sessionScript({ rules: { instructionTokens: 10 } });
    expect(typesOf(script.client(update({ instructions: 'Be brief.' })))).toEqual(['session.updated']);
    expect(typesOf(script.client(update({ max_output_tokens: 10 })))).toEqual(['session.updated']);
  });

  it('is 16,384 tokens where the model has no other', () => {
    const script = sessionScript();
    expect(typesOf(script.client(update({ instructions: 'word'.repeat(16_384) })))).toEqual(['session.updated']);
    expect(typesOf(script.client(update({ instructions: 'word'.repeat(16_385) })))).toEqual(['error']);
  });

  it('holds for the instructions of one response', () => {
    const script = sessionScript({ rules: { instructionTokens: 100 } });
    expect(script.client({ type: 'response.create', response: { instructions: long } })).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', param: 'response.instructions' } },
    ]);
    expect(typesOf(script.client({ type: 'response.create' }))).toEqual(['response.created']);
  });
});

describe('a model that does not reason', () => {
  it.each([
    ['reasoning', { reasoning: { effort: 'low' } }],
    ['parallel_tool_calls', { parallel_tool_calls: false }],
  ] as const)('refuses %s, in updates and in responses', (key, settings) => {
    const script = sessionScript({ rules: { reasons: false } });
    const session = { type: 'realtime', instructions: 'Be brief.', ...settings } as const;
    expect(script.client({ type: 'session.update', session })).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', param: `session.${key}` } },
    ]);
    expect(script.session.config).not.toMatchObject({ instructions: 'Be brief.' });
    expect(script.client({ type: 'response.create', response: settings })).toMatchObject([
      { type: 'error', error: { code: 'invalid_value', param: `response.${key}` } },
    ]);
  });
});
