import { describe, expect, it } from 'vitest';
import {
  answered,
  called,
  makeTurn,
  makeUtterance,
  never,
  pull,
  pullNow,
  returned,
  spoken,
  typed,
} from '../../test/engines/turn.ts';
import type { Paced, Sound, Spoken, Turn } from './contract.ts';
import { echoModel } from './echo.ts';
import type { Synthesizer } from './synthesizer.ts';

const toned = echoModel({ voice: null }).open();
const end = [{ type: 'message_end' }, { type: 'end' }];

/** 1.23 s of a ramp at 8 kHz. */
const speech: Sound = { samples: Int16Array.from({ length: 9840 }, (_, i) => i), sampleRate: 8000 };

function reply(turn: Parameters<typeof makeTurn>[0]): readonly Paced<Spoken>[] {
  return pullNow(toned.respond(makeTurn(turn), never));
}

function wordsOf(pieces: readonly Paced<Spoken>[]): string {
  return pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('');
}

describe('echoModel', () => {
  it.each([
    ['typed text', [typed('good morning')], 'You said: good morning'],
    ['the newest text', [typed('one'), answered('You said: one'), typed('two')], 'You said: two'],
    [
      'the output of a tool',
      [typed('hi'), called('f', 'c'), returned('12 degrees', 'c')],
      'The tool answered: 12 degrees',
    ],
    ['speech that has a transcript', [spoken('hello')], 'You said: hello'],
    ['a message without words', [typed('')], 'There were no words to repeat.'],
    ['an empty conversation', [], 'Hello. What you say or type comes back to you.'],
  ])('answers %s', (_, items, words) => {
    const pieces = reply({ items });
    expect(wordsOf(pieces)).toBe(words);
    expect(pieces.slice(-2)).toEqual(end);
    expect(wordsOf(reply({ items, modality: 'audio' }))).toBe(words);
  });

  it('plays back what the user said, in pieces of 100 ms', () => {
    const pieces = reply({ items: [typed('a'), spoken('', 'item_9')], modality: 'audio', sounds: { item_9: speech } });
    const sounds = pieces.flatMap((piece) => (piece.type === 'sound' ? [piece] : []));
    expect(pieces).toEqual([...sounds, ...end]);
    expect(sounds.map(({ samples }) => samples.length)).toEqual([...Array<number>(12).fill(800), 240]);
    expect(sounds.every(({ sampleRate }) => sampleRate === 8000)).toBe(true);
    expect(sounds.flatMap(({ samples }) => Array.from(samples))).toEqual(Array.from(speech.samples));
  });

  it('plays back speech together with its words where they are known', () => {
    const pieces = reply({ items: [spoken('hello', 'item_9')], modality: 'audio', sounds: { item_9: speech } });
    expect(pieces[0]).toEqual({ type: 'text', text: 'hello' });
    expect(pieces[1]?.type).toBe('sound');
  });

  it('tells in a text response how long it listened, or the words where they are known', () => {
    const sounds = { item_9: speech };
    expect(wordsOf(reply({ items: [spoken('', 'item_9')], sounds }))).toBe('I heard 1.2 seconds of speech.');
    expect(wordsOf(reply({ items: [spoken('hello', 'item_9')], sounds }))).toBe('You said: hello');
    expect(reply({ items: [spoken(null, 'item_9')], sounds }).some(({ type }) => type === 'sound')).toBe(false);
  });

  it('speaks in tones without a voice: each word, then 60 ms a character', () => {
    const pieces = reply({ items: [typed('hi')], modality: 'audio', format: 'audio/pcmu' });
    const lengths = pieces.flatMap((piece) => (piece.type === 'sound' ? [piece.samples.length] : []));
    expect(lengths).toEqual(['You ', 'said: ', 'hi'].map((word) => word.length * 480));
  });

  it('speaks with a voice where it has one: the words, then the sound as it comes', async () => {
    const asked: string[] = [];
    const voice: Synthesizer = {
      async *speak(text, options) {
        asked.push(`${options.voice} ${options.speed}: ${text}`);
        yield speech;
        yield speech;
      },
    };
    const turn = makeTurn({ items: [typed('hi')], modality: 'audio', voice: 'ash', speed: 0.5 });
    const pieces = await pull(echoModel({ voice }).open().respond(turn, never));
    expect(asked).toEqual(['ash 0.5: You said: hi']);
    expect(wordsOf(pieces)).toBe('You said: hi');
    const heard = pieces.flatMap((piece) => (piece.type === 'sound' ? [...piece.samples] : []));
    expect(heard).toEqual([...speech.samples, ...speech.samples]);
    expect(pieces.slice(-end.length)).toEqual(end);
  });

  it.each(['text', 'audio'] as const)(
    'says nothing more once the signal aborts, in a %s response',
    async (modality) => {
      const items = [spoken('', 'item_9')];
      for (const given of [{ items: [typed('one two three')] }, { items, sounds: { item_9: speech } }]) {
        const controller = new AbortController();
        const turn: Turn = makeTurn({ ...given, modality });
        const said: Paced<Spoken>[] = [];
        for await (const piece of toned.respond(turn, controller.signal)) {
          said.push(piece);
          controller.abort();
        }
        expect(said.length).toBeLessThanOrEqual(2);
        expect(said.map(({ type }) => type)).not.toContain('end');
      }
    },
  );

  it('recognises no words, and bills the length of the audio', () => {
    const usage = { type: 'duration', seconds: 2.5 };
    expect(pullNow(toned.transcribe(makeUtterance(2500), never))).toEqual([
      { type: 'completed', transcript: '', usage },
    ]);
  });
});
