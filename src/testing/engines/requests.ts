import type { ContextItem } from '../../core/response/model-input.ts';
import type { Sound, StreamingUtterance, Turn, Utterance } from '../../engines/contract.ts';
import type { Question } from '../../engines/parts.ts';

/** Typed text of the user. */
export function typedItem(text: string): ContextItem {
  return {
    item: { id: 'item_typed', type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
    words: text,
  };
}

/** Speech of the user; null if nobody put it into words. */
export function spokenItem(words: string | null): ContextItem {
  const content = [{ type: 'input_audio' as const, transcript: words }];
  return { item: { id: 'item_spoken', type: 'message', role: 'user', content }, words };
}

/** A conversation in which everything has happened that can: text, speech, both kinds of calls, one that failed. */
export const everyItem: readonly ContextItem[] = [
  { item: { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] }, words: 'Be kind.' },
  typedItem('What is the weather?'),
  { item: { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Paris"}' }, words: null },
  { item: { type: 'function_call_output', call_id: 'call_1', output: '12 degrees' }, words: null },
  {
    item: {
      id: 'mcp_1',
      type: 'mcp_call',
      server_label: 'docs',
      name: 'search',
      arguments: '{}',
      error: { type: 'tool_execution_error', message: 'no such page' },
    },
    words: null,
  },
  {
    item: { type: 'message', role: 'assistant', content: [{ type: 'output_audio', transcript: 'It is 12 degrees.' }] },
    words: 'It is',
  },
  spokenItem(null),
  spokenItem('And tomorrow?'),
];

export function turnOf(rest: Partial<Turn> = {}): Turn {
  return {
    responseId: 'resp_contract',
    instructions: 'Answer briefly.',
    items: [typedItem('Say hello.')],
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
    sound: () => null,
    mcpCalls: () => [],
    ...rest,
  };
}

export function questionOf(rest: Partial<Question> = {}): Question {
  const { responseId: _id, modality: _modality, format: _format, voice: _voice, speed: _speed, ...turn } = turnOf();
  const { mcpCalls: _calls, ...question } = turn;
  return { ...question, ...rest };
}

export function utteranceOf(sound: Sound | null): Utterance {
  const audioMs = sound === null ? 0 : (sound.samples.length * 1000) / sound.sampleRate;
  return { ...asked, audioMs, sound };
}

export function streamingUtteranceOf(sound: AsyncIterable<Sound>): StreamingUtterance {
  return { ...asked, sound };
}

const asked = {
  itemId: 'item_contract',
  model: null,
  language: null,
  prompt: null,
  keywords: null,
  languages: null,
  delay: null,
};
