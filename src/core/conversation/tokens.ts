import type { Item } from '../../protocol/types.ts';
import { ticksPerMs } from '../audio-clock.ts';
import type { ContextItem } from '../response/model-input.ts';
import type { TokenCount } from '../session.ts';
import type { Entry } from './entry.ts';

/**
 * No tokenizer runs here: text counts a token for each four UTF-16 units begun, which is what English averages in the
 * service's own tokenizers. Audio follows the published rates (behaviour §3.3).
 */
const charactersPerToken = 4;
const userMsPerToken = 100;
const assistantMsPerToken = 50;
/** What one image is taken for, whatever its size. */
const tokensPerImage = 512;

export function textTokens(characters: number): number {
  return Math.ceil(characters / charactersPerToken);
}

export function userAudioTokens(ms: number): number {
  return Math.ceil(ms / userMsPerToken);
}

export function assistantAudioTokens(ms: number): number {
  return Math.ceil(ms / assistantMsPerToken);
}

/** Instructions and tools, those of MCP servers included, which a model reads before every context. */
export function fixedTokens(instructions: string, tools: readonly object[]): number {
  return textTokens(instructions.length) + (tools.length === 0 ? 0 : textTokens(JSON.stringify(tools).length));
}

/** What a model reads before it answers: what is fixed, and the whole context (behaviour §4.8). */
export function inputTokens(
  fixed: number,
  items: readonly ContextItem[],
  entryOf: (itemId: string) => Entry | null,
): TokenCount {
  const sum = { text: fixed, audio: 0, image: 0 };
  for (const { item, words } of items) {
    const one = itemTokens(item, words, item.id === undefined ? null : entryOf(item.id));
    sum.text += one.text;
    sum.audio += one.audio;
    sum.image += one.image;
  }
  return sum;
}

/** Tokens of one item; `entry` knows the length of its audio. */
export function itemTokens(item: Item, words: string | null, entry: Entry | null): TokenCount {
  const ms = (entry?.audio.reduce((sum, part) => sum + part.ticks, 0) ?? 0) / ticksPerMs;
  switch (item.type) {
    case 'message': {
      const image = item.role === 'user' ? item.content.filter((part) => part.type === 'input_image').length : 0;
      const spoken = ms > 0;
      const audio = item.role === 'user' ? userAudioTokens(ms) : assistantAudioTokens(ms);
      // A user's transcript is not read by the model, which hears the sound.
      const text = spoken && item.role === 'user' ? 0 : textTokens(words?.length ?? 0);
      return { text, audio, image: image * tokensPerImage };
    }
    case 'function_call':
      return { text: textTokens(item.name.length + item.arguments.length), audio: 0, image: 0 };
    case 'mcp_call': {
      const read = item.output ?? item.error?.message ?? '';
      return { text: textTokens(item.name.length + item.arguments.length + read.length), audio: 0, image: 0 };
    }
    case 'function_call_output':
      return { text: textTokens(item.output.length), audio: 0, image: 0 };
    default:
      return { text: 0, audio: 0, image: 0 };
  }
}
