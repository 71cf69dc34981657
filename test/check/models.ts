import type { LanguageModel, LanguageOutput, Model } from '../../src/engines/index.ts';
import { pipelineModel, sileroVad } from '../../src/engines/index.ts';
import { deaf, stubSynthesizer } from '../engines/pipeline-engines.ts';

/** A scripted model that does what the checks ask for. */
export const scenario = `
seed: 1
hear: [hello, hello, hello]
translate: [{ input: bonjour, output: good morning }, { input: bonjour, output: good morning }]
replies:
  - when: { contains: "Repeat this" }
    pace: { delta_ms: 20 }
    steps: [{ say: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen" }]
  - when: { contains: "Look up" }
    steps: [{ call: { name: look_up, arguments: { what: time } } }]
  - when: { contains: "Go" }
    steps: [{ call: { name: go, arguments: {} } }]
  - steps: [{ say: "ready when you are" }]
`;

/** A pipeline whose language model does what it is told, and takes its time where it is asked for much. */
export function pipeline(): Model {
  const languageModel: LanguageModel = {
    async *answer({ toolChoice, tools, items }, signal) {
      const [tool] = tools;
      const isForced = toolChoice === 'required' || typeof toolChoice === 'object';
      if (isForced && tool?.type === 'function') yield* callOf(tool.name ?? '');
      else yield* sentences((items.at(-1)?.words ?? '').length > 200 ? 40 : 1, signal);
      yield { type: 'end' };
    },
  };
  return pipelineModel({ vad: sileroVad, transcriber: deaf, languageModel, synthesizer: stubSynthesizer() });
}

function* callOf(name: string): Generator<LanguageOutput> {
  yield { type: 'call_start', name };
  yield { type: 'call_arguments', delta: '{}' };
  yield { type: 'call_end' };
}

/** After each sentence others have a turn of the loop. */
async function* sentences(count: number, signal: AbortSignal): AsyncGenerator<LanguageOutput> {
  for (let said = 0; said < count && !signal.aborted; said++) {
    yield { type: 'text', text: 'I am ready. ' };
    // oxlint-disable-next-line no-await-in-loop -- one sentence after the other
    if (count > 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
