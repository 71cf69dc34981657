import type { RealtimeSession, TurnDetection } from '../protocol/types.ts';
import { mcpTools } from './mcp-arbitraries.ts';
import { type Arbitrary, type Fc, weighted } from './weighted.ts';

/** What a `session.update` may bring: one or two settings, some of which the session refuses. */
export function updates(fc: Fc): Arbitrary<RealtimeSession> {
  return fc.array(settings(fc), { minLength: 0, maxLength: 2 }).map((some) => {
    const [one = {}, other = {}] = some;
    const audio = { ...one.audio, ...other.audio };
    const merged = { type: 'realtime' as const, ...one, ...other };
    return Object.keys(audio).length === 0 ? merged : { ...merged, audio };
  });
}

type Settings = Partial<RealtimeSession>;

function settings(fc: Fc): Arbitrary<Settings> {
  const input = (value: NonNullable<Settings['audio']>['input']): Settings => ({
    audio: { ...(value && { input: value }) },
  });
  return weighted<Settings>(
    fc,
    [8, turnDetections(fc).map((turn_detection) => input({ turn_detection }))],
    [
      4,
      fc
        .constantFrom(null, { model: 'gpt-4o-transcribe' }, { model: 'whisper-1' }, { model: 'gpt-realtime-whisper' })
        .map((transcription) => input({ transcription })),
    ],
    [1, fc.constant<Settings>({ include: ['item.input_audio_transcription.logprobs'] })],
    [
      2,
      fc
        .constantFrom('audio/pcm' as const, 'audio/pcmu' as const, 'audio/pcma' as const)
        .map((type) => input({ format: { type } })),
    ],
    [1, fc.constantFrom<Settings>(input({ noise_reduction: { type: 'far_field' } }), input({ noise_reduction: null }))],
    [4, fc.constantFrom<Settings>({ output_modalities: ['text'] }, { output_modalities: ['audio'] })],
    [2, fc.constantFrom('alloy', 'verse').map((voice) => ({ audio: { output: { voice } } }))],
    [1, fc.constant<Settings>({ audio: { output: { format: { type: 'audio/pcma' }, speed: 1.25 } } })],
    [2, fc.constantFrom<Settings>({ instructions: '' }, { instructions: 'Sing.' }, { max_output_tokens: 20 })],
    [
      1,
      fc.constantFrom<Settings>(
        { tools: [] },
        { tools: [{ type: 'function', name: 'look' }], tool_choice: 'required' },
      ),
    ],
    [1, mcpTools(fc)],
    [1, fc.constantFrom<Settings>({ tracing: 'auto' }, { tracing: null }, { tracing: { workflow_name: 'w' } })],
    [
      1,
      fc.constantFrom<Settings>(
        { truncation: 'disabled' },
        { truncation: { type: 'retention_ratio', retention_ratio: 0.5, token_limits: { post_instructions: 20 } } },
      ),
    ],
    [1, fc.constantFrom<Settings>({ model: 'test' }, { model: 'another' })],
  );
}

function turnDetections(fc: Fc): Arbitrary<TurnDetection | null> {
  const switches = { create_response: fc.boolean(), interrupt_response: fc.boolean() };
  const server = fc.record<TurnDetection>(
    {
      type: fc.constant('server_vad' as const),
      prefix_padding_ms: fc.constantFrom(0, 100, 1000),
      silence_duration_ms: fc.constantFrom(40, 200, 500),
      idle_timeout_ms: fc.constantFrom(null, 5000, 6000),
      threshold: fc.constantFrom(0.2, 0.9),
      ...switches,
    },
    { requiredKeys: ['type'] },
  );
  const semantic = fc.record<TurnDetection>(
    {
      type: fc.constant('semantic_vad' as const),
      eagerness: fc.constantFrom('low', 'medium', 'high', 'auto'),
      ...switches,
    },
    { requiredKeys: ['type'] },
  );
  return weighted<TurnDetection | null>(fc, [3, fc.constant(null)], [5, server], [2, semantic]);
}
