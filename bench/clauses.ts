import { setTimeout as sleep } from 'node:timers/promises';
import {
  espeakInstalled,
  espeakVoice,
  type LanguageModel,
  type LanguageOutput,
  type Synthesizer,
} from '../src/engines/index.ts';
import { speakClauses } from '../src/engines/pipeline/clause-speech.ts';

const rounds = 5;
const tokenMs = 20;
const answer = `Sure, I can help you with that. The train to Paris leaves at 10:30 from platform 4, and it takes about
two and a half hours. If you would rather sleep a little longer, there is another one at 12:15, which is faster but
costs $14.50 more. Both have a restaurant, and you need no reservation. Shall I book one of them for you?`;

const speaking = { voice: 'marin', speed: 1 };
const never = new AbortController().signal;

/** A voice that makes 10 s of speech a second, after 80 ms, and gives a text's sound once it is whole. */
const wholeTexts: Synthesizer = {
  async *speak(text) {
    const ms = text.length * 65;
    await sleep(80 + ms / 10);
    for (let at = 0; at < ms; at += 100) yield { samples: new Int16Array(2400), sampleRate: 24_000 };
  },
};

/** The time to the first sound of an answer that a model writes at 50 tokens a second: by clauses, against all at once. */
export async function run(): Promise<void> {
  console.log(`an answer of ${answer.length} characters at ${1000 / tokenMs} tokens a second; time to the first sound`);
  await compare('a voice that gives whole texts at ten times their pace', wholeTexts);
  if (espeakInstalled()) await compare('espeak-ng', espeakVoice());
  else console.log('espeak-ng is not installed');
}

async function compare(name: string, synthesizer: Synthesizer): Promise<void> {
  const [clauses, whole]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    clauses.push(await firstSound(byClauses(synthesizer)));
    whole.push(await firstSound(atOnce(synthesizer)));
  }
  const [ours, baseline] = [median(clauses), median(whole)];
  console.log(
    `${name.padEnd(56)} ${ours.toFixed(0).padStart(5)} ms   all at once ${baseline.toFixed(0).padStart(5)} ms   ${(baseline / ours).toFixed(2)} ×`,
  );
}

const model: LanguageModel = {
  async *answer(): AsyncGenerator<LanguageOutput> {
    for (const token of answer.match(/\s*[^\s]{1,5}/gu) ?? []) {
      await sleep(tokenMs);
      yield { type: 'text', text: token };
    }
  },
};

/** What a language model gives does not depend on the question here. */
function answered(): AsyncIterable<LanguageOutput> {
  const [items, tools, mcpTools]: [[], [], []] = [[], [], []];
  const limits = {
    toolChoice: 'auto',
    maxOutputTokens: 'inf',
    parallelToolCalls: null,
    inputFormat: 'audio/pcm',
  } as const;
  const question = {
    instructions: '',
    items,
    tools,
    mcpTools,
    prompt: null,
    reasoning: null,
    ...limits,
    sound: () => null,
  };
  return model.answer(question, never);
}

function byClauses(synthesizer: Synthesizer): AsyncIterable<{ readonly type: string }> {
  return speakClauses(answered(), { synthesizer, ...speaking, clausesAhead: 2 }, never);
}

async function* atOnce(synthesizer: Synthesizer): AsyncGenerator<{ readonly type: string }> {
  let text = '';
  for await (const piece of answered()) if (piece.type === 'text') text += piece.text;
  for await (const sound of synthesizer.speak(text, { signal: never, ...speaking })) yield { type: 'sound', ...sound };
}

async function firstSound(pieces: AsyncIterable<{ readonly type: string }>): Promise<number> {
  const start = performance.now();
  for await (const { type } of pieces) if (type === 'sound') return performance.now() - start;
  return Number.NaN;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
