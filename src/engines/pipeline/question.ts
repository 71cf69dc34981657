import { isDeepStrictEqual } from 'node:util';
import type { ContextItem } from '../../core/response/model-input.ts';
import type { Tool } from '../../protocol/types.ts';
import type { PreemptiveTurn } from '../contract.ts';
import type { Question } from '../parts.ts';
import type { PipelineOptions } from './options.ts';

/** What the language model is asked on a turn: the session's question with what the operator adds. */
export function questionOf(turn: PreemptiveTurn, { instructions = '', tools = [] }: PipelineOptions): Question {
  return {
    instructions: [instructions, turn.instructions].filter((text) => text !== '').join('\n\n'),
    items: turn.items,
    tools: [...turn.tools, ...tools.filter((tool) => !isNamed(tool, turn.tools))],
    mcpTools: turn.mcpTools,
    toolChoice: turn.toolChoice,
    maxOutputTokens: turn.maxOutputTokens,
    prompt: turn.prompt,
    reasoning: turn.reasoning,
    parallelToolCalls: turn.parallelToolCalls,
    inputFormat: turn.inputFormat,
    sound: turn.sound,
  };
}

function isNamed(tool: Tool, tools: readonly Tool[]): boolean {
  return tool.type === 'function' && tools.some((each) => each.type === 'function' && each.name === tool.name);
}

/**
 * Whether an answer to one question is an answer to the other. Of the newest item only its words count: until it is
 * committed the rest of it is not known.
 */
export function asksTheSame(one: Question, other: Question): boolean {
  const { items: ours, sound: _ours, ...rest } = one;
  const { items: theirs, sound: _theirs, ...otherRest } = other;
  return (
    ours.length === theirs.length &&
    ours.every((item, index) => isSame(item, theirs[index], index === ours.length - 1)) &&
    isDeepStrictEqual(rest, otherRest)
  );
}

function isSame(one: ContextItem, other: ContextItem | undefined, isNewest: boolean): boolean {
  if (other === undefined) return false;
  if (!isNewest) return isDeepStrictEqual(one, other);
  return one.item.id === other.item.id && one.item.type === other.item.type && plain(one) === plain(other);
}

function plain({ words }: ContextItem): string {
  return (words ?? '').trim().replaceAll(/\s+/gu, ' ');
}
