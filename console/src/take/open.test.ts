import { describe, expect, it } from 'vitest';
import { writeWav } from '../../../src/audio/wav.ts';
import { MemoryTake } from '../../../src/take/memory-take.ts';
import { TakeWriter } from '../../../src/take/writer.ts';
import { base64, takeAmong, tellTake } from './open.ts';

const second = new Int16Array(24_000).fill(8000);
const soundText = base64.encode(new Uint8Array(second.buffer));

function written(form: 'inline' | 'folder'): MemoryTake {
  const take = new MemoryTake();
  const writer = new TakeWriter({ form, at: 0, by: 'test', url: 'ws://x', transport: 'websocket', base64 }, take);
  const session = { model: 'echo', audio: { input: { format: { type: 'audio/pcm' } }, output: {} } };
  writer.frame(0, '<', JSON.stringify({ type: 'session.created', session }));
  writer.frame(1000, '>', JSON.stringify({ type: 'input_audio_buffer.append', audio: soundText }));
  writer.frame(1500, '<', JSON.stringify({ type: 'input_audio_buffer.committed', item_id: 'u' }));
  writer.frame(1600, '<', JSON.stringify({ type: 'response.created', response: { id: 'r', output: [] } }));
  const delta = {
    type: 'response.output_audio.delta',
    response_id: 'r',
    item_id: 'a',
    content_index: 0,
    delta: soundText,
  };
  writer.frame(1700, '<', JSON.stringify(delta));
  writer.closed(4000, { by: 'client', code: 1000, reason: 'bye' });
  return take;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const inline = () => [{ path: 'a.take.jsonl', bytes: bytes(written('inline').text) }];

function folder() {
  const take = written('folder');
  const wavs = Array.from(take.files, ([name, { chunks }]) => {
    const all = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    return { path: `a.take/${name}`, bytes: writeWav(new Int16Array(all.buffer), { sampleRate: 24_000 }) };
  });
  return [...wavs, { path: 'a.take/take.jsonl', bytes: bytes(take.text) }];
}

describe('a take', () => {
  it.each([
    ['one file with its sound inline', inline, 'a.take.jsonl'],
    ['a folder with its sound beside it', folder, 'a.take'],
  ])('as %s is told like a session that is heard now', async (_form, files, name) => {
    const take = takeAmong(files());
    let changes = 0;
    const story = await tellTake(
      take,
      () => (changes += 1),
      async () => {},
    );
    expect(story.source).toEqual({ is: 'take', name, at: '1970-01-01T00:00:00.000Z' });
    expect(story.log.rows.map(({ type }) => type)).toEqual([
      'session.created',
      'input_audio_buffer.append',
      'input_audio_buffer.committed',
      'response.created',
      'response.output_audio.delta',
    ]);
    expect(story.turns.list).toMatchObject([{ committedT: 1500, createdT: 1600, firstSoundT: 1700, soundMs: 1000 }]);
    expect(story.sound.endMs).toBe(2700);
    expect(Math.max(...story.sound.mix(0, 1000))).toBeCloseTo(8000 / 32_768);
    expect(story.end).toBe('closed by the client: 1000 bye');
    expect(changes).toBeGreaterThan(4);
  });

  it('lets the page draw while a long one is read', async () => {
    const lines = Array.from({ length: 5000 }, (_, t) => `{"t":${t},"<":{"type":"x"}}`);
    const text = `${written('inline').text.split('\n')[0]}\n${lines.join('\n')}\n`;
    let breaths = 0;
    const story = await tellTake(
      takeAmong([{ path: 'long.take.jsonl', bytes: bytes(text) }]),
      () => {},
      async () => void (breaths += 1),
    );
    expect(story.log.frames).toBe(5000);
    expect(breaths).toBe(2);
  });

  it('is not among other files, which is said', () => {
    expect(() => takeAmong([{ path: 'photo.png', bytes: bytes('x') }])).toThrow(/no take in it/);
    expect(() => takeAmong([{ path: 'a.jsonl', bytes: bytes('{"a":1}\n') }])).toThrow(/is no take/);
  });
});
