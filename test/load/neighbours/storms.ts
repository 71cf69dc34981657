import { appendOf, create, inSession, type Neighbour, noDetection, typed, update } from './visitor.ts';

const heard = { type: 'server_vad' };

/** What a client may do, far too often. */
export const storms: readonly Neighbour[] = [
  inSession('changes 60 kB of instructions', async (visitor) => {
    await visitor.flood(200, (index) => JSON.stringify(update({ instructions: `${index} `.padEnd(60_000, 'be so ') })));
    await visitor.sees('session.updated', 200);
  }),
  inSession('wants more instructions than it may have', async (visitor) => {
    await visitor.flood(200, (index) =>
      JSON.stringify(update({ instructions: `${index} `.padEnd(100_000, 'be so ') })),
    );
    await visitor.sees('error', 200);
  }),
  inSession('turns the detection of turns on and off', async (visitor) => {
    const sound = appendOf(9600);
    await visitor.flood(2_000, (index) =>
      index % 2 === 0
        ? sound
        : JSON.stringify(update({ audio: { input: { turn_detection: index % 4 === 1 ? null : heard } } })),
    );
    await visitor.sees('session.updated', 1_000);
  }),
  inSession('commits and clears', async (visitor) => {
    const frames = [appendOf(9600), '{"type":"input_audio_buffer.commit"}', '{"type":"input_audio_buffer.clear"}'];
    visitor.send(noDetection);
    await visitor.flood(3_000, (index) => frames[index % 3] ?? '');
    await visitor.sees('input_audio_buffer.cleared', 1_000);
  }),
  inSession('truncates, retrieves and deletes', async (visitor) => {
    const item_id = 'one';
    const frames = [
      typed('hello', item_id),
      { type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 1 },
      { type: 'conversation.item.retrieve', item_id },
      { type: 'conversation.item.delete', item_id },
    ].map((event) => JSON.stringify(event));
    await visitor.flood(4_000, (index) => frames[index % 4] ?? '');
    await visitor.sees('conversation.item.deleted', 1_000);
  }),
  inSession(
    'asks and cancels',
    async (visitor) => {
      visitor.send(typed('promises'));
      const frames = [JSON.stringify(create('audio')), '{"type":"response.cancel"}'];
      await visitor.flood(1_000, (index) => frames[index % 2] ?? '');
      await visitor.sees('response.done', 500);
    },
    'endless',
  ),
];
