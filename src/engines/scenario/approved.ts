import type { ContextItem } from '../../core/response/model-input.ts';
import type { McpCall } from '../../protocol/types.ts';
import type { Reply } from './schema.ts';
import { cueOf, holds } from './when.ts';

/**
 * A response that an approved call began goes on where the reply that asked for the call left off: that reply, with the
 * steps after the call. Null if the newest item is no such call, if no reply of the script asked for it, or if
 * an entry before that one answers the call by the name of its tool.
 */
export function goOn(replies: readonly Reply[], items: readonly ContextItem[]): Reply | null {
  const call = items.at(-1)?.item;
  if (call?.type !== 'mcp_call' || (call.approval_request_id ?? null) === null) return null;
  const asked = items.findLastIndex(({ item }) => !isModels(item)) + 1;
  const [cue, cueWhenAsked] = [cueOf(items), cueOf(items.slice(0, asked))];
  for (const reply of replies) {
    const answers = holds(reply, cue);
    const after = answers || holds(reply, cueWhenAsked) ? stepsAfter(reply, call, items.slice(asked)) : null;
    if (after !== null) return { ...reply, steps: after };
    if (answers) return null;
  }
  return null;
}

/** What a model puts into a conversation: what it saw when it was asked came before. */
function isModels(item: ContextItem['item']): boolean {
  return item.type === 'mcp_call' || (item.type === 'message' && item.role === 'assistant');
}

/** The steps after the one that made this call, the latest of those made since; null if no step makes it. */
function stepsAfter({ steps }: Reply, call: McpCall, since: readonly ContextItem[]): Reply['steps'] | null {
  const made = since.filter(({ item }) => item.type === 'mcp_call' && isSame(item, call)).length;
  const making = steps.flatMap((step, index) =>
    step.call !== undefined &&
    isSame({ name: step.call.name, arguments: JSON.stringify(step.call.arguments ?? {}) }, call)
      ? [index]
      : [],
  );
  const maker = making[made - 1] ?? making.at(-1);
  return maker === undefined ? null : steps.slice(maker + 1);
}

function isSame(one: Pick<McpCall, 'name' | 'arguments'>, other: Pick<McpCall, 'name' | 'arguments'>): boolean {
  return one.name === other.name && one.arguments === other.arguments;
}
