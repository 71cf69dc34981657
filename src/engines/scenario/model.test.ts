import { describe, expect, it } from 'vitest';
import {
  answered,
  called,
  makeTurn,
  never,
  pull,
  pullNow,
  returned,
  spoken,
  system,
  typed,
} from '../../../test/engines/turn.ts';
import type { Paced, Sound, Spoken, Turn } from '../contract.ts';
import type { Synthesizer } from '../synthesizer.ts';
import { scenarioModel } from './model.ts';
import { readScenario } from './read.ts';

function sessionOf(yaml: string) {
  return scenarioModel(readScenario(yaml, 'scenario.yaml')).open();
}

function replyTo(yaml: string, turn: Partial<Turn>): readonly Paced<Spoken>[] {
  return pullNow(sessionOf(yaml).respond(makeTurn(turn), never));
}

/** The text that a reply says, and the name of each call. */
function wordsOf(pieces: readonly Paced<Spoken>[]): string {
  return pieces
    .map((piece) => (piece.type === 'text' ? piece.text : piece.type === 'call_start' ? `<${piece.name}>` : ''))
    .join('');
}

const end = { type: 'end' };
const messageEnd = { type: 'message_end' };

describe('scenarioModel, choosing a reply', () => {
  const choices = `
replies:
  - when: { contains: Weather, tool: get_weather }
    steps: [{ say: both }]
  - when: { contains: Weather }
    steps: [{ say: contains }]
  - when: { tool: get_weather }
    steps: [{ say: "tool: {output}" }]
  - steps: [{ say: "else: {input}" }]
`;

  it.each([
    ['the newest typed text', [typed('hi'), typed('the weather?')]],
    ['the newest transcript', [typed('hi'), spoken('WEATHER now')]],
    ['the newest text, whatever came before', [called('get_weather', 'c'), returned('x', 'c'), typed('weather')]],
    ['the newest words, where a later item has none', [typed('weather'), spoken(null)]],
  ])('finds the word in %s', (_, items) => {
    expect(wordsOf(replyTo(choices, { items }))).toBe('contains');
  });

  it.each([
    ['an older text', [typed('weather'), typed('hi')]],
    ['what the assistant said', [typed('hi'), answered('weather')]],
    ['what the newest transcript replaced by nothing', [typed('weather'), spoken('')]],
    ['the newest user text where the assistant has answered since', [typed('weather'), answered('fine')]],
    ['the newest user text where a system message has come since', [typed('weather'), system('be brief')]],
    ['the newest user text where a tool was called since', [typed('weather'), called('get_weather', 'c')]],
    ['the newest user text where another tool answered', [typed('weather'), called('f', 'c'), returned('x', 'c')]],
    ['nothing at all', []],
  ])('does not look for the word in %s', (_, items) => {
    expect(wordsOf(replyTo(choices, { items }))).toMatch(/^else/u);
  });

  it.each([
    ['STRASSE', 'die straße'],
    ['straße', 'DIE STRASSE'],
    ['ΟΔΟΣ', 'η οδος εδώ'],
    ['été', 'L\u2019E\u0301TE\u0301'],
    ['привет', 'ПРИВЕТ'],
  ])('finds %s in %s, ignoring case', (needle, text) => {
    const yaml = JSON.stringify({ replies: [{ when: { contains: needle }, steps: [{ say: 'yes' }] }] });
    expect(wordsOf(replyTo(yaml, { items: [typed(text)] }))).toBe('yes');
  });

  it('answers the output of a tool by the name of its call', () => {
    const items = [
      typed('hi'),
      called('get_weather', 'call_1'),
      called('other', 'call_2'),
      returned('sunny', 'call_1'),
    ];
    expect(wordsOf(replyTo(choices, { items }))).toBe('tool: sunny');
  });

  it('takes an output whose call is of another tool, or unknown, or not the newest item, for no answer', () => {
    const calls = [typed('hi'), called('get_weather', 'call_1'), called('other', 'call_2')];
    expect(wordsOf(replyTo(choices, { items: [...calls, returned('x', 'call_2')] }))).toBe('else: hi');
    expect(wordsOf(replyTo(choices, { items: [...calls, returned('x', 'call_3')] }))).toBe('else: hi');
    expect(wordsOf(replyTo(choices, { items: [...calls, returned('x', 'call_1'), typed('and')] }))).toBe('else: and');
  });

  it('needs both conditions where both are given, and no item is the user’s and a tool’s output', () => {
    const items = [typed('weather'), called('get_weather', 'call_1'), returned('sunny', 'call_1')];
    expect(wordsOf(replyTo(choices, { items }))).toBe('tool: sunny');
  });

  it('answers the output of a tool in the same way in whatever order the entries are', () => {
    const asks = { when: { contains: 'weather' }, steps: [{ call: { name: 'get_weather' } }] };
    const tells = { when: { tool: 'get_weather' }, steps: [{ say: 'It is {output}, {input}' }] };
    const items = [typed('weather'), called('get_weather', 'call_1'), returned('sunny', 'call_1')];
    for (const replies of [
      [asks, tells],
      [tells, asks],
    ]) {
      expect(wordsOf(replyTo(JSON.stringify({ replies }), { items: items.slice(0, 1) }))).toBe('<get_weather>');
      expect(wordsOf(replyTo(JSON.stringify({ replies }), { items }))).toBe('It is sunny, weather');
    }
  });

  it('just ends where no entry answers', () => {
    const yaml = 'replies: [{ when: { contains: hello }, steps: [{ say: hi }] }]';
    expect(replyTo(yaml, { items: [typed('bye')] })).toEqual([end]);
    expect(replyTo('{}', {})).toEqual([end]);
  });
});

describe('scenarioModel, saying', () => {
  it('says words one by one and ends the message', () => {
    expect(replyTo('replies: [{ steps: [{ say: "Let me  check." }] }]', {})).toEqual([
      { type: 'text', text: 'Let ' },
      { type: 'text', text: 'me  ' },
      { type: 'text', text: 'check.' },
      messageEnd,
      end,
    ]);
  });

  it('makes each say a message of its own', () => {
    const pieces = replyTo('replies: [{ steps: [{ say: a }, { say: b }] }]', {});
    expect(pieces.map(({ type }) => type)).toEqual(['text', 'message_end', 'text', 'message_end', 'end']);
  });

  it('puts words in the place of {input} and {output}, once, and nothing where there are none', () => {
    const yaml = 'replies: [{ steps: [{ say: "[{input}|{output}|{other}]" }] }]';
    const items = [typed('{output} $& {input}'), called('f', 'c'), returned('42', 'c')];
    expect(wordsOf(replyTo(yaml, { items }))).toBe('[{output} $& {input}|42|{other}]');
    expect(wordsOf(replyTo(yaml, {}))).toBe('[||{other}]');
  });

  it('makes a message of a say that comes out empty', () => {
    expect(replyTo('replies: [{ steps: [{ say: "{input}" }] }]', {})).toEqual([
      { type: 'text', text: '' },
      messageEnd,
      end,
    ]);
  });

  it.each([
    ['audio/pcm', 24_000],
    ['audio/pcmu', 8_000],
    ['audio/pcma', 8_000],
  ] as const)('gives each word of %s its text, then 60 ms of tone a character at %i Hz', (format, sampleRate) => {
    const pieces = replyTo('replies: [{ steps: [{ say: "Hi you 😀" }] }]', { modality: 'audio', format });
    const shape = pieces.map((piece) => {
      if (piece.type !== 'sound') return piece;
      return { sampleRate: piece.sampleRate, ms: (piece.samples.length * 1000) / piece.sampleRate };
    });
    expect(shape).toEqual([
      { type: 'text', text: 'Hi ' },
      { sampleRate, ms: 180 },
      { type: 'text', text: 'you ' },
      { sampleRate, ms: 240 },
      { type: 'text', text: '😀' },
      { sampleRate, ms: 60 },
      messageEnd,
      end,
    ]);
  });

  it('keeps the tone in phase from word to word and message to message', () => {
    const sound = (yaml: string): number[] =>
      replyTo(yaml, { modality: 'audio' }).flatMap((piece) =>
        piece.type === 'sound' ? Array.from(piece.samples) : [],
      );
    const whole = sound('{ pace: { unit: all }, replies: [{ steps: [{ say: "one two six" }] }] }');
    expect(sound('replies: [{ steps: [{ say: "one two " }, { say: "six" }] }]')).toEqual(whole);
  });

  it('gives the same pieces, byte for byte, each time', () => {
    const yaml = 'replies: [{ pace: { delta_ms: 3 }, steps: [{ say: "Hello there" }, { call: { name: f } }] }]';
    expect(replyTo(yaml, { modality: 'audio' })).toEqual(replyTo(yaml, { modality: 'audio' }));
  });
});

describe('scenarioModel, its other steps', () => {
  it('calls a function with its arguments as JSON', () => {
    const yaml = 'replies: [{ steps: [{ call: { name: get_weather, arguments: { city: New York, days: [1, 2] } } }] }]';
    expect(replyTo(yaml, {})).toEqual([
      { type: 'call_start', name: 'get_weather' },
      { type: 'call_arguments', delta: '{"city":"New ' },
      { type: 'call_arguments', delta: 'York","days":[1,2]}' },
      { type: 'call_end' },
      end,
    ]);
  });

  it('calls a function without arguments with {}', () => {
    const pieces = replyTo('replies: [{ steps: [{ call: { name: f } }] }]', {});
    expect(pieces).toContainEqual({ type: 'call_arguments', delta: '{}' });
  });

  it('fails, and nothing follows', () => {
    const yaml =
      'replies: [{ steps: [{ say: Working }, { fail: { code: server_error, message: Oh. } }, { say: no }] }]';
    expect(replyTo(yaml, {})).toEqual([
      { type: 'text', text: 'Working' },
      messageEnd,
      { type: 'failed', code: 'server_error', message: 'Oh.' },
    ]);
  });

  it.each(['content_filter', 'max_output_tokens'])('is cut short by %s, and nothing follows', (reason) => {
    const yaml = `replies: [{ steps: [{ say: I can }, { incomplete: ${reason} }, { say: no }] }]`;
    expect(replyTo(yaml, {}).slice(-2)).toEqual([messageEnd, { type: 'incomplete', reason }]);
  });

  it('waits, but not for no time at all', () => {
    expect(replyTo('replies: [{ steps: [{ wait_ms: 7 }, { wait_ms: 0 }] }]', {})).toEqual([
      { type: 'wait', ms: 7 },
      end,
    ]);
  });
});

describe('scenarioModel, pacing', () => {
  /** A reply as a line: words as they are, waits as numbers. */
  function rhythm(yaml: string, turn: Partial<Turn> = {}): string {
    return replyTo(yaml, turn)
      .flatMap((piece) => {
        if (piece.type === 'wait') return [String(piece.ms)];
        if (piece.type === 'text') return [piece.text.trim()];
        if (piece.type === 'call_arguments') return [piece.delta.trim()];
        return [piece.type];
      })
      .join(' ');
  }

  it('waits before the first delta, and between the later ones across all steps', () => {
    const yaml = `
pace: { first_ms: 100, delta_ms: 20 }
replies: [{ steps: [{ say: a b }, { say: c }, { call: { name: f, arguments: { x: y z } } }] }]`;
    expect(rhythm(yaml)).toBe('100 a 20 b message_end 20 c message_end 20 call_start {"x":"y 20 z"} call_end end');
  });

  it('waits before a word, not between it and its sound', () => {
    const yaml = '{ pace: { delta_ms: 20 }, replies: [{ steps: [{ say: a b }] }] }';
    expect(rhythm(yaml, { modality: 'audio' })).toBe('a sound 20 b sound message_end end');
  });

  it('lets an entry override the pace key by key', () => {
    const yaml = `
pace: { first_ms: 100, delta_ms: 20, unit: char }
replies: [{ pace: { first_ms: 0 }, steps: [{ say: abc }] }]`;
    expect(rhythm(yaml)).toBe('a 20 b 20 c message_end end');
  });

  it('says a message at once with the unit all', () => {
    const yaml = '{ pace: { delta_ms: 20, unit: all }, replies: [{ steps: [{ say: a b c }] }] }';
    expect(rhythm(yaml)).toBe('a b c message_end end');
  });

  it('begins each response with its first wait', () => {
    const session = sessionOf('{ pace: { first_ms: 9, delta_ms: 2 }, replies: [{ steps: [{ say: a b }] }] }');
    const waits = [1, 2].map(() => pullNow(session.respond(makeTurn(), never)).filter(({ type }) => type === 'wait'));
    expect(waits[1]).toEqual([
      { type: 'wait', ms: 9 },
      { type: 'wait', ms: 2 },
    ]);
    expect(waits[1]).toEqual(waits[0]);
  });
});

describe('scenarioModel, stopping', () => {
  it('says nothing more once the signal aborts, not even that it ended', () => {
    const controller = new AbortController();
    const pieces = sessionOf('replies: [{ steps: [{ say: a b c }, { say: d }] }]').respond(
      makeTurn(),
      controller.signal,
    );
    const said: Paced<Spoken>[] = [];
    if (Symbol.asyncIterator in pieces) throw new Error('not a plain iterable');
    for (const piece of pieces) {
      said.push(piece);
      if (said.length === 2) controller.abort();
    }
    expect(wordsOf(said)).toBe('a b ');
  });
});

describe('scenarioModel, with a voice that has to be waited for', () => {
  const yaml = '{ voice: espeak, replies: [{ steps: [{ say: "Hi you" }, { wait_ms: 4 }, { say: "!" }] }] }';

  /** A sample for each call so far, 100 samples a character, in pieces. */
  function countingVoice(heard: string[]): Synthesizer {
    return {
      async *speak(text, { voice, speed }) {
        heard.push(`${voice} ${speed}: ${text}`);
        for (const _ of text)
          yield { samples: new Int16Array(text === '!' ? 0 : 100).fill(heard.length), sampleRate: 22_050 };
      },
    };
  }

  it('speaks each message once and shares its sound out among the words by their length', async () => {
    const heard: string[] = [];
    const model = scenarioModel(readScenario(yaml, 's.yaml'), { voice: countingVoice(heard) });
    const turn = makeTurn({ modality: 'audio', voice: 'cedar', speed: 1.5 });
    const pieces = await pull(model.open().respond(turn, never));
    expect(heard).toEqual(['cedar 1.5: Hi you', 'cedar 1.5: !']);
    expect(pieces).toEqual([
      { type: 'text', text: 'Hi ' },
      { type: 'sound', samples: new Int16Array(300).fill(1), sampleRate: 22_050 },
      { type: 'text', text: 'you' },
      { type: 'sound', samples: new Int16Array(300).fill(1), sampleRate: 22_050 },
      messageEnd,
      { type: 'wait', ms: 4 },
      { type: 'text', text: '!' },
      messageEnd,
      end,
    ]);
  });

  it('needs no voice for a text response', () => {
    const heard: string[] = [];
    const model = scenarioModel(readScenario(yaml, 's.yaml'), { voice: countingVoice(heard) });
    expect(wordsOf(pullNow(model.open().respond(makeTurn(), never)))).toBe('Hi you!');
    expect(heard).toEqual([]);
  });

  it('says nothing where the signal aborts while it speaks', async () => {
    const controller = new AbortController();
    const voice: Synthesizer = {
      async *speak(): AsyncGenerator<Sound, void> {
        yield { samples: new Int16Array(9), sampleRate: 22_050 };
        controller.abort();
      },
    };
    const session = scenarioModel(readScenario(yaml, 's.yaml'), { voice }).open();
    expect(await pull(session.respond(makeTurn({ modality: 'audio' }), controller.signal))).toEqual([]);
  });

  it('fails with the voice', async () => {
    const voice: Synthesizer = {
      speak() {
        throw new Error('no voice today');
      },
    };
    const session = scenarioModel(readScenario(yaml, 's.yaml'), { voice }).open();
    await expect(pull(session.respond(makeTurn({ modality: 'audio' }), never))).rejects.toThrow('no voice today');
  });
});
