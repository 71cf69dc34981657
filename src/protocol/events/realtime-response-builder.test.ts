import { describe, expect, it } from 'vitest';
import { RealtimeResponseBuilder } from './realtime-response-builder.ts';

const item = { type: 'function_call_output' as const, call_id: 'call_1', output: 'result' };
const usage = { total_tokens: 3, input_tokens: 1, output_tokens: 2 };

describe('a response is put together', () => {
  it('from an id alone: a response in progress and nothing else', () => {
    expect(new RealtimeResponseBuilder('resp_1').build()).toStrictEqual({
      id: 'resp_1',
      object: 'realtime.response',
      status: 'in_progress',
    });
  });

  it('from all its fields', () => {
    const response = new RealtimeResponseBuilder('resp_1')
      .status('cancelled')
      .statusDetails({ type: 'cancelled', reason: 'turn_detected' })
      .output([item])
      .addOutput({ ...item, call_id: 'call_2' })
      .metadata({ topic: 'a' })
      .addMetadata('turn', '1')
      .audio({ output: { voice: 'alloy' } })
      .usage(usage)
      .conversationId('conv_1')
      .outputModalities(['audio'])
      .maxOutputTokens('inf')
      .build();
    expect(response).toStrictEqual({
      id: 'resp_1',
      object: 'realtime.response',
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
      output: [item, { ...item, call_id: 'call_2' }],
      metadata: { topic: 'a', turn: '1' },
      audio: { output: { voice: 'alloy' } },
      usage,
      conversation_id: 'conv_1',
      output_modalities: ['audio'],
      max_output_tokens: 'inf',
    });
  });

  it('without an output or metadata that is empty', () => {
    const response = new RealtimeResponseBuilder('resp_1').output([]).metadata({}).build();
    expect(Object.keys(response)).toEqual(['id', 'object', 'status']);
  });

  it('with usage where there is one', () => {
    const builder = new RealtimeResponseBuilder('resp_1');
    expect(builder.maybeUsage(usage).build()).toMatchObject({ usage });
    expect(builder.maybeUsage(null).maybeUsage(undefined).build()).not.toHaveProperty('usage');
    expect(builder.usage(usage).maybeUsage(null).build()).toMatchObject({ usage });
  });
});

it('a builder stays as it was, and so does what it built', () => {
  const builder = new RealtimeResponseBuilder('resp_1', { metadata: { topic: 'a' } }).addOutput(item);
  const first = builder.build();
  first.output?.push(item);
  Object.assign(first.metadata ?? {}, { other: 'b' });
  builder.status('failed').addOutput(item).addMetadata('turn', '1');
  expect(builder.build()).toStrictEqual({
    id: 'resp_1',
    object: 'realtime.response',
    status: 'in_progress',
    output: [item],
    metadata: { topic: 'a' },
  });
});
