import { create, inSession, type Neighbour, typed, type Visitor } from './visitor.ts';

/** The module of an engine that answers as the words of the newest item ask: never to its end. */
export const endlessEngine = `
const sound = { type: 'sound', samples: new Int16Array(2400), sampleRate: 24000 };
const endless = {
  *sounds() { for (;;) yield sound; },
  async *promises() { for (;;) yield sound; },
  *nothing() { for (;;) yield { type: 'text', text: '' }; },
  async *silence() { await new Promise(() => {}); },
  *huge() { for (;;) yield { ...sound, samples: new Int16Array(24000 * 1800) }; },
  *words() { for (;;) yield { type: 'text', text: 'and on and on ' }; },
};
export default () => ({
  open: () => ({
    transcribesFirst: false,
    vad: () => ({ windowSamples: 512, probability: () => 0, reset() {} }),
    respond: ({ items }) => endless[items.at(-1)?.words]?.() ?? [{ type: 'text', text: 'Yes.' }],
    transcribe: () => [],
    close() {},
  }),
});
`;

/** Asks for something without end, listens to some of it, and leaves in the midst. */
function listensTo(name: string, words: string, pieces: number, modality: 'text' | 'audio' = 'audio'): Neighbour {
  const act = async (visitor: Visitor): Promise<void> => {
    visitor.send(typed(words), create(modality));
    await visitor.sees('response.created');
    if (pieces > 0) await visitor.sees('response.output_audio.delta', pieces);
  };
  return inSession(name, act, 'endless');
}

/** Answers without end, or without beginning. */
export const voices: readonly Neighbour[] = [
  listensTo('is answered at once without end', 'sounds', 300),
  listensTo('is promised sound without end', 'promises', 300),
  listensTo('is told nothing, again and again', 'nothing', 0, 'text'),
  listensTo('is answered by silence', 'silence', 0),
  listensTo('is sent half an hour of sound in each piece', 'huge', 3),
  inSession(
    'is told more than an answer may have',
    async (visitor) => {
      visitor.send(typed('words'), create());
      await visitor.sees('response.done');
    },
    'endless',
  ),
  inSession('has 40 answers spoken at once', async (visitor) => {
    visitor.send(typed('one two three'));
    for (let count = 0; count < 40; count++) visitor.send(create('audio', 'none'));
    await visitor.until(
      '40 answers or errors',
      () => visitor.count('response.done') + visitor.count('response_limit_reached') === 40,
    );
  }),
];
