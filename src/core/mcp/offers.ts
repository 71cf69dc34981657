import type { McpListedTool, McpTool, McpToolFilter, Tool } from '../../protocol/types.ts';
import type { McpToolOffer } from '../response/model-input.ts';
import type { McpOffer, McpServer } from '../session.ts';
import { serverOf } from './state.ts';

/** A tool that a response may call, for the session and for the model. */
export interface Offered {
  readonly offer: McpOffer;
  readonly shown: McpToolOffer;
}

/** The MCP tools that a response with these entries may call: of servers that are listed by now (behaviour §6.1). */
export function offeredTools(servers: readonly McpServer[], tools: readonly Tool[]): Offered[] {
  const functions = new Set(tools.flatMap((tool) => (tool.type === 'mcp' ? [] : [tool.name])));
  return tools.flatMap((entry) => {
    const server = entry.type === 'mcp' ? serverOf(servers, entry.server_label) : null;
    if (entry.type !== 'mcp' || server?.listing.phase !== 'done') return [];
    // A model's call is a direct one; a name that is a function's too means the function.
    if (entry.allowed_callers?.includes('direct') === false) return [];
    const usable = allowedTools(server.listing.tools, entry).filter(({ name }) => !functions.has(name));
    return usable.map((tool) => offered(server, tool, entry));
  });
}

/** The offer that a model's call means: the first of that name, of the named server where the model names one. */
export function findOffer(offers: readonly McpOffer[], name: string, label: string | undefined): McpOffer | null {
  return offers.find((offer) => offer.name === name && (label === undefined || offer.access.label === label)) ?? null;
}

/** The tools of a server that an entry lets the model use. */
export function allowedTools(tools: readonly McpListedTool[], { allowed_tools: allowed }: McpTool): McpListedTool[] {
  if (allowed === undefined || allowed === null) return [...tools];
  const filter = Array.isArray(allowed) ? { tool_names: allowed } : allowed;
  return tools.filter((tool) => matches(tool, filter));
}

function offered(server: McpServer, tool: McpListedTool, entry: McpTool): Offered {
  const { name } = tool;
  return {
    offer: { access: server.access, name, needsApproval: needsApproval(tool, entry) },
    shown: {
      serverLabel: server.access.label,
      name,
      description: tool.description ?? '',
      inputSchema: tool.input_schema,
    },
  };
}

/** Every call does, unless the entry says never, of all tools or of some; what `always` names too is asked for. */
function needsApproval(tool: McpListedTool, { require_approval: required }: McpTool): boolean {
  if (required === undefined || required === null || required === 'always') return true;
  if (required === 'never') return false;
  if (required.always !== undefined && matches(tool, required.always)) return true;
  return required.never === undefined || !matches(tool, required.never);
}

/** A tool matches a filter when it matches everything that the filter says. */
function matches(tool: McpListedTool, filter: McpToolFilter): boolean {
  const isNamed = filter.tool_names === undefined || filter.tool_names.includes(tool.name);
  return isNamed && (filter.read_only === undefined || filter.read_only === isReadOnly(tool));
}

/** The hint is the server's own; without it a tool counts as one that changes things. */
function isReadOnly({ annotations }: McpListedTool): boolean {
  return (
    typeof annotations === 'object' &&
    annotations !== null &&
    'readOnlyHint' in annotations &&
    annotations.readOnlyHint === true
  );
}
