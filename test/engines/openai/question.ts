import type { ContextItem } from '../../../src/core/response/model-input.ts';
import type { LanguageOutput, Question } from '../../../src/engines/index.ts';
import { makeTurn } from '../turn.ts';

/** A question with default settings. */
export function makeQuestion(given: Parameters<typeof makeTurn>[0] = {}): Question {
  return makeTurn(given);
}

export function mcpOffer(serverLabel: string, name: string): Question['mcpTools'][number] {
  return { serverLabel, name, description: '', inputSchema: { type: 'object' } };
}

export function system(text: string): ContextItem {
  return { item: { type: 'message', role: 'system', content: [{ type: 'input_text', text }] }, words: text };
}

/** All that a model says. */
export async function gathered<T>(outputs: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const output of outputs) all.push(output);
  return all;
}

/** All the text of an answer. */
export function textOf(outputs: readonly LanguageOutput[]): string {
  return outputs.map((output) => (output.type === 'text' ? output.text : '')).join('');
}

/** The calls of an answer, whole. */
export function callsOf(outputs: readonly LanguageOutput[]) {
  const calls: { name: string; callId: string | null; serverLabel: string | null; arguments: string }[] = [];
  for (const output of outputs) {
    if (output.type === 'call_start') {
      const { name, callId = null, serverLabel = null } = output;
      calls.push({ name, callId, serverLabel, arguments: '' });
    }
    const last = calls.at(-1);
    if (output.type === 'call_arguments' && last !== undefined) last.arguments += output.delta;
  }
  return calls;
}
