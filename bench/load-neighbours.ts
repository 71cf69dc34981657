/** Sessions that others should not notice. */
export type Neighbour = 'long append' | 'long text' | 'picture' | 'many values' | 'flood';

/** What a neighbour sends: so many of the frames at once, each so many milliseconds. */
export interface Burden {
  readonly frames: readonly string[];
  readonly atOnce: number;
  readonly everyMs: number;
}

const rareMs = 1500;

export function heavyFrames(neighbour: Neighbour): Burden {
  switch (neighbour) {
    case 'long append':
      // What was appended is dropped again, or the buffer would soon be full.
      return {
        frames: [longAppend(), JSON.stringify({ type: 'input_audio_buffer.clear' })],
        atOnce: 2,
        everyMs: rareMs,
      };
    case 'long text':
      // Deleted again, or the conversation would soon be full.
      return { frames: [longText(), deletion('long')], atOnce: 2, everyMs: rareMs };
    case 'picture':
      return { frames: [picture()], atOnce: 1, everyMs: rareMs };
    case 'many values':
      return { frames: [manyValues()], atOnce: 1, everyMs: 100 };
    case 'flood':
      return { frames: oddFrames(), atOnce: 500, everyMs: 1 };
    default:
      return neighbour satisfies never;
  }
}

/** 15 MiB of sound, as much as one append may bring: 20 MB of text. A tone that swells, so that a vad must listen. */
function longAppend(): string {
  const samples = Int16Array.from({ length: (15 * 1024 * 1024) / 2 }, (_, i) =>
    Math.round(6000 * Math.sin(i / 25) * Math.sin(i / 4000)),
  );
  return JSON.stringify({ type: 'input_audio_buffer.append', audio: Buffer.from(samples.buffer).toString('base64') });
}

/** An item of 10 MB of text, a sixth of it escaped. */
function longText(): string {
  const content = [{ type: 'input_text', text: 'a "quoted"\n word '.repeat(600_000) }];
  const item = { id: 'long', type: 'message', role: 'user', content };
  return JSON.stringify({ type: 'conversation.item.create', item });
}

function deletion(item_id: string): string {
  return JSON.stringify({ type: 'conversation.item.delete', item_id });
}

/** An item with a picture of 5 MB, which the client keeps sending under the same id: it is refused the second time. */
function picture(): string {
  const image = `data:image/png;base64,${Buffer.alloc(5_000_000, 7).toString('base64')}`;
  const item = { id: 'picture', type: 'message', role: 'user', content: [{ type: 'input_image', image_url: image }] };
  return JSON.stringify({ type: 'conversation.item.create', item });
}

/** 256 kB of short keys. */
function manyValues(): string {
  const given = Object.fromEntries(Array.from({ length: 28_000 }, (_, i) => [i.toString(36), 1]));
  return JSON.stringify({ type: 'session.update', session: { type: 'realtime', given } });
}

/** Frames that are cut, unknown, or of the wrong kind. */
function oddFrames(): string[] {
  const whole = JSON.stringify({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [] },
  });
  const cut = Array.from({ length: whole.length }, (_, i) => whole.slice(0, i));
  return [
    ...cut,
    '[]',
    'null',
    '{"type":7}',
    '{"type":"no.such.event"}',
    '{"type":"response.cancel","response_id":"x"}',
  ];
}
