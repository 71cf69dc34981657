import { box, type Figure, label, line } from './figure.ts';

const width = 132;

/** The left edges of the engines. */
const [vad, transcriber, model, clauses, synthesizer] = [16, 175, 334, 493, 652];
const top = 20;
const client = 178;

const down = (x: number) => line([x, top + 66], [x, client], { colour: 'violet' });

export const pipeline: Figure = {
  name: 'pipeline',
  title: 'How a turn flows through the pipeline',
  description:
    'The client sends sound to the vad, which finds the turn. The transcriber makes a transcript of it, the language model answers, the answer is cut into clauses, and the synthesizer speaks them. The client gets the transcript, then the text of each clause and its sound.',
  width: 800,
  height: 248,
  shapes: [
    box([vad, top], [width, 66], 'violet', ['vad', 'finds the turn']),
    box([transcriber, top], [width, 66], 'violet', ['transcriber', 'speech to text']),
    box([model, top], [width, 66], 'violet', ['language', 'model']),
    box([clauses, top], [width, 66], 'green', ['clauses', 'cut as they come']),
    box([synthesizer, top], [width, 66], 'violet', ['synthesizer', 'text to speech']),
    box([16, client], [768, 50], 'blue', ['the client']),
    ...[vad, transcriber, model, clauses].map((x) => line([x + width, top + 33], [x + width + 27, top + 33])),
    line([vad + 66, client], [vad + 66, top + 66], { colour: 'blue' }),
    down(transcriber + 66),
    down(clauses + 66),
    down(synthesizer + 66),
    label([vad + 74, 136], 'sound'),
    label([transcriber + 74, 136], 'transcript'),
    label([clauses + 58, 126], 'first the text', { anchor: 'end' }),
    label([clauses + 58, 144], 'of a clause', { anchor: 'end' }),
    label([synthesizer + 58, 136], 'then its sound', { anchor: 'end' }),
  ],
};
