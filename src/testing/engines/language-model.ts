import assert from 'node:assert/strict';
import type { LanguageModel, LanguageOutput, Question } from '../../engines/parts.ts';
import type { ContractOptions, ContractTest } from './contract-test.ts';
import { allPieces, endsOnce, letsReaderGo, type Start, stopsAfter } from './pieces.ts';
import { everyItem, questionOf, typedItem } from './requests.ts';

/** What a language model is asked while its contract is checked. */
export interface LanguageModelContractOptions extends ContractOptions {
  /** What to ask. Default "Say hello." */
  readonly question?: string;
}

/** What any language model must keep. It may fail to answer; it must say so. */
export function languageModelContract(
  model: LanguageModel,
  options: LanguageModelContractOptions = {},
): readonly ContractTest[] {
  const question = questionOf({ items: [typedItem(options.question ?? 'Say hello.')] });
  const asking =
    (rest: Partial<Question> = {}): Start<LanguageOutput> =>
    (signal) =>
      model.answer({ ...question, ...rest }, signal);
  const ask = async (rest?: Partial<Question>): Promise<void> => isAnswer(await allPieces(asking(rest), options));
  const stops = (pieces: number) => stopsAfter(asking(), pieces, { ...options, mayThrow: true });
  return [
    { name: 'ends an answer once, and last', run: () => ask() },
    { name: 'answers an empty conversation without instructions', run: () => ask({ items: [], instructions: '' }) },
    { name: 'answers a conversation with items of every kind', run: () => ask({ items: everyItem }) },
    { name: 'answers with tools at hand', run: () => ask(tools) },
    { name: 'answers where it may use no tool', run: () => ask({ ...tools, toolChoice: 'none' }) },
    { name: 'answers within a limit', run: () => ask({ maxOutputTokens: 16 }) },
    {
      name: 'answers several questions at the same time',
      run: async () => void (await Promise.all([ask(), ask({ items: everyItem }), ask()])),
    },
    { name: 'does not begin after an abort', run: () => stops(0) },
    { name: 'stops at once when it is aborted', run: () => stops(1) },
    { name: 'lets a reader go who leaves early', run: () => letsReaderGo(asking(), options) },
  ];
}

const tools: Partial<Question> = {
  tools: [
    {
      type: 'function',
      name: 'weather',
      description: 'Tells the weather of a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  ],
  mcpTools: [{ serverLabel: 'docs', name: 'search', description: 'Searches.', inputSchema: { type: 'object' } }],
};

function isAnswer(outputs: readonly LanguageOutput[]): void {
  endsOnce(outputs, ['end', 'incomplete', 'failed']);
  callsAreWhole(outputs);
  for (const output of outputs) {
    if (output.type !== 'failed') continue;
    assert.ok(output.code !== '' && output.message !== '', 'a failure says what failed');
  }
}

/** A call is its start, its arguments, its end, with nothing between; the arguments are JSON, or none. */
export function callsAreWhole(outputs: readonly { readonly type: string; readonly delta?: string }[]): void {
  let text: string | null = null;
  for (const { type, delta } of outputs) {
    if (type === 'failed' || type === 'incomplete') return;
    assert.equal(text === null, type !== 'call_arguments' && type !== 'call_end', `a call is not broken by ${type}`);
    if (type === 'call_start') text = '';
    if (type === 'call_arguments') text += delta ?? '';
    if (type !== 'call_end') continue;
    const whole = text ?? '';
    assert.doesNotThrow(() => JSON.parse(whole === '' ? '{}' : whole), `the arguments of a call are JSON: ${whole}`);
    text = null;
  }
  assert.equal(text, null, 'a call has an end');
}
