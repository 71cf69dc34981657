import type { Input } from '../../core/input.ts';
import type { Tool } from '../../protocol/types.ts';
import { type McpRules, urlsOf } from './rules.ts';

/** A client's event together with where the MCP servers of its tools are reached, as the operator's rules have it. */
export function withServers(input: Input, rules: McpRules): Input {
  if (input.from !== 'client') return input;
  const tools = toolsOf(input);
  return tools.some((tool) => tool.type === 'mcp') ? { ...input, servers: urlsOf(tools, rules) } : input;
}

function toolsOf({ event }: Extract<Input, { from: 'client' }>): readonly Tool[] {
  if (event.type === 'response.create') return event.response?.tools ?? [];
  return event.type === 'session.update' && event.session.type === 'realtime' ? (event.session.tools ?? []) : [];
}
