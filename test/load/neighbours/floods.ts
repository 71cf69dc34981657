import { appendOf, create, inSession, type Neighbour, noDetection, typed, type Visitor } from './visitor.ts';

const tinyFrames = 5_000;
const values = (count: number): string => JSON.stringify({ type: 'session.update', session: Array(count).fill(1) });

/** Sends frames which are refused one by one, with errors that repeat next to nothing of them. */
async function refused(visitor: Visitor, code: string, frames: readonly string[]): Promise<void> {
  await visitor.flood(frames.length, (index) => frames[index] ?? '');
  await visitor.sees(code, frames.length);
  if (visitor.longestError > 2_000) throw new Error(`an error has ${visitor.longestError} bytes`);
}

const times = (count: number, frame: string): string[] => Array(count).fill(frame);

/** Bytes that look random and are the same in each run. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Frames that were sound once: a character is changed, and some are cut. */
function fuzzed(count: number): string[] {
  const random = noise(7);
  const sound = [typed('hello', 'item_1'), create(), noDetection, { type: 'conversation.item.delete', item_id: 'x' }];
  return Array.from({ length: count }, (_, index) => {
    const text = JSON.stringify(sound[index % sound.length]);
    const at = Math.floor(random() * text.length);
    const end = random() < 0.2 ? Math.floor(random() * text.length) : text.length;
    return (text.slice(0, at) + String.fromCharCode(32 + random() * 95) + text.slice(at + 1)).slice(0, end);
  });
}

/** Many frames, and large ones. */
export const floods: readonly Neighbour[] = [
  inSession('asks for answers in its conversation, 400 at once', async (visitor) => {
    await visitor.flood(400, () => JSON.stringify(create()));
    const answered = (): number => visitor.count('response.done') + visitor.count('error');
    await visitor.until('400 answers or errors', () => answered() === 400);
  }),
  inSession(
    'asks for answers beside its conversation, 400 at once',
    async (visitor) => {
      visitor.send(typed('promises'));
      await visitor.flood(400, () => JSON.stringify(create('audio', 'none')));
      await visitor.sees('response_limit_reached', 400 - 32);
    },
    'endless',
  ),
  inSession('appends two bytes at a time', async (visitor) => {
    await visitor.flood(tinyFrames, () => appendOf(2));
    visitor.send({ type: 'input_audio_buffer.clear' });
    await visitor.sees('input_audio_buffer.cleared');
  }),
  inSession('sends empty objects', (visitor) => refused(visitor, 'error', times(tinyFrames, '{}'))),
  inSession('appends 15 MB of sound in one frame, unheard', async (visitor) => {
    visitor.send(noDetection);
    await visitor.flood(1, () => appendOf(15_000_000));
    visitor.send({ type: 'input_audio_buffer.commit' });
    await visitor.sees('input_audio_buffer.committed');
  }),
  inSession('appends 15 MB of sound in one frame, heard by the detector', async (visitor) => {
    await visitor.flood(1, () => appendOf(15_000_000));
    visitor.send({ type: 'input_audio_buffer.clear' });
    await visitor.sees('input_audio_buffer.cleared');
  }),
  inSession('sends as many values as a frame may have', (visitor) =>
    refused(visitor, 'error', times(10, values(49_990))),
  ),
  inSession('sends more values than a frame may have', (visitor) =>
    refused(visitor, 'invalid_event', times(10, values(50_001))),
  ),
  inSession('sends 1,200,000 short keys', (visitor) =>
    refused(visitor, 'invalid_event', [`{"type":"session.update","session":{${'"k":0,'.repeat(1_200_000)}"k":0}}`]),
  ),
  inSession('nests 100,000 levels deep', (visitor) =>
    refused(visitor, 'invalid_event', times(10, `{"type":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)),
  ),
  inSession('says 10 MB in one text', async (visitor) => {
    visitor.send(typed('a "quoted"\n word '.repeat(600_000)));
    // It is told of twice, which is more than may wait for a reader whom the machine gives no time to read.
    const isDone = (): boolean => visitor.count('conversation.item.done') > 0;
    await visitor.until('the item, or the end', () => isDone() || visitor.isGone);
  }),
  inSession('names things in 9 MB', (visitor) => {
    const name = 'i'.repeat(9_000_000);
    return refused(visitor, 'error', [
      JSON.stringify({ type: 'conversation.item.delete', item_id: name }),
      JSON.stringify({ type: name }),
      JSON.stringify({ type: 'response.cancel', response_id: name, event_id: 'e' }),
      JSON.stringify({ type: 'response.create', event_id: name, response: { [name]: 1, conversation: 3 } }),
    ]);
  }),
  inSession('sends frames that were sound once', async (visitor) => {
    const frames = fuzzed(2_000);
    await visitor.flood(frames.length, (index) => frames[index] ?? '');
    visitor.send({ type: 'conversation.item.retrieve', item_id: 'nobody', event_id: 'last' });
    await visitor.sees('error', 500);
  }),
];
