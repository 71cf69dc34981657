import type { ContextItem } from '../../src/core/response/model-input.ts';
import type { Paced, Pieces, Sound, Turn, Utterance } from '../../src/engines/index.ts';

/** A turn of a text response with default settings; `sounds` by item id. */
export function makeTurn(given: Partial<Turn> & { readonly sounds?: Readonly<Record<string, Sound>> } = {}): Turn {
  const { sounds = {}, ...rest } = given;
  return {
    responseId: 'resp_1',
    instructions: '',
    items: [],
    modality: 'text',
    format: 'audio/pcm',
    voice: 'marin',
    speed: 1,
    tools: [],
    mcpTools: [],
    toolChoice: 'auto',
    maxOutputTokens: 'inf',
    prompt: null,
    reasoning: null,
    parallelToolCalls: null,
    inputFormat: 'audio/pcm',
    sound: (itemId) => sounds[itemId] ?? null,
    mcpCalls: () => [],
    ...rest,
  };
}

export function makeUtterance(audioMs = 1500): Utterance {
  const asked = { model: null, language: null, prompt: null, keywords: null, languages: null, delay: null };
  return { itemId: 'item_1', ...asked, audioMs, sound: null };
}

export function typed(text: string): ContextItem {
  return { item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }, words: text };
}

/** User speech, with the words that a transcriber made of it. */
export function spoken(words: string | null, id = 'item_spoken'): ContextItem {
  return { item: { id, type: 'message', role: 'user', content: [{ type: 'input_audio', transcript: null }] }, words };
}

export function answered(text: string): ContextItem {
  return { item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] }, words: text };
}

export function system(text: string): ContextItem {
  return { item: { type: 'message', role: 'system', content: [{ type: 'input_text', text }] }, words: text };
}

export function called(name: string, callId: string): ContextItem {
  return { item: { type: 'function_call', name, call_id: callId, arguments: '{}' }, words: null };
}

export function returned(output: string, callId: string): ContextItem {
  return { item: { type: 'function_call_output', call_id: callId, output }, words: null };
}

export const never: AbortSignal = new AbortController().signal;

/** All pieces of something that promises to be a plain iterable. */
export function pullNow<T>(pieces: Pieces<T>): readonly Paced<T>[] {
  if (Symbol.asyncIterator in pieces) throw new Error('these pieces have to be waited for');
  return [...pieces];
}

export async function pull<T>(pieces: Pieces<T>): Promise<readonly Paced<T>[]> {
  const all: Paced<T>[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}
