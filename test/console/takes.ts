import { tone } from '../../src/audio/index.ts';
import { MemoryTake } from '../../src/take/memory-take.ts';
import { base64 } from '../../src/take/node/base64.ts';
import { TakeWriter } from '../../src/take/writer.ts';

function writing(): { readonly take: MemoryTake; readonly writer: TakeWriter } {
  const take = new MemoryTake();
  const options = {
    form: 'inline',
    at: 0,
    by: 'test',
    url: 'ws://shop.example/v1/realtime',
    transport: 'websocket',
    base64,
  } as const;
  return { take, writer: new TakeWriter(options, take) };
}

const session = {
  type: 'realtime',
  model: 'gpt-realtime',
  audio: {
    input: {
      format: { type: 'audio/pcm', rate: 24_000 },
      turn_detection: { type: 'server_vad', prefix_padding_ms: 300, silence_duration_ms: 500 },
    },
    output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: 'marin' },
  },
};

function sound(ms: number, frequency: number): string {
  const samples = tone({ ms, frequencyHz: frequency, sampleRate: 24_000 });
  return base64.encode(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
}

/** A spoken turn, whose answer is interrupted after 1.2 of its 2 seconds. */
export function smallTake(): string {
  const { take, writer } = writing();
  const told = (t: number, event: object): void => writer.frame(t, '<', JSON.stringify(event));
  const item = { id: 'item_a', type: 'message', role: 'assistant', status: 'in_progress', content: [] };
  told(0, { type: 'session.created', session });
  for (let t = 100; t <= 3600; t += 100)
    writer.frame(t, '>', JSON.stringify({ type: 'input_audio_buffer.append', audio: sound(100, t < 2900 ? 300 : 1) }));
  told(1100, { type: 'input_audio_buffer.speech_started', item_id: 'item_u', audio_start_ms: 700 });
  told(3500, { type: 'input_audio_buffer.speech_stopped', item_id: 'item_u', audio_end_ms: 3500 });
  told(3501, { type: 'input_audio_buffer.committed', item_id: 'item_u', previous_item_id: null });
  const spoken = {
    id: 'item_u',
    type: 'message',
    role: 'user',
    status: 'completed',
    content: [{ type: 'input_audio', transcript: null }],
  };
  told(3502, { type: 'conversation.item.added', item: spoken, previous_item_id: null });
  told(3510, { type: 'response.created', response: { id: 'resp_1', status: 'in_progress', output: [] } });
  told(3700, {
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_u',
    content_index: 0,
    transcript: 'What is the weather?',
  });
  told(3800, { type: 'response.output_item.added', response_id: 'resp_1', output_index: 0, item });
  told(3801, { type: 'conversation.item.added', item, previous_item_id: 'item_u' });
  const part = { response_id: 'resp_1', item_id: 'item_a', output_index: 0, content_index: 0 };
  told(3802, { type: 'response.content_part.added', ...part, part: { type: 'audio', transcript: '' } });
  for (const [i, delta] of ['It is sunny ', 'in Paris ', 'and will be ', 'tomorrow.'].entries()) {
    told(3900 + 200 * i, { type: 'response.output_audio_transcript.delta', ...part, delta });
    told(4000 + 200 * i, { type: 'response.output_audio.delta', ...part, delta: sound(500, 200 + 40 * i) });
  }
  told(5200, { type: 'conversation.item.truncated', item_id: 'item_a', content_index: 0, audio_end_ms: 1200 });
  const usage = {
    total_tokens: 90,
    input_tokens: 60,
    output_tokens: 30,
    output_token_details: { text_tokens: 5, audio_tokens: 25 },
  };
  told(5300, { type: 'response.done', response: { id: 'resp_1', status: 'completed', output: [], usage } });
  writer.closed(6200, { by: 'client', code: 1000, reason: '' });
  return take.text;
}

/** A take of so many events without sound. */
export function longTake(count: number): string {
  const { take, writer } = writing();
  writer.frame(0, '<', JSON.stringify({ type: 'session.created', session }));
  const lines = Array.from({ length: count - 1 }, (_, n) => {
    const words = { type: 'response.output_text.delta', response_id: `resp_${n >> 6}`, item_id: `item_${n >> 6}` };
    const event = n % 9 === 0 ? { type: 'response.create', event_id: `e${n}` } : { ...words, delta: `word ${n} ` };
    return `{"t":${n},"${n % 9 === 0 ? '>' : '<'}":${JSON.stringify(event)}}\n`;
  });
  return take.text + lines.join('');
}
