import type { Tool } from '@modelcontextprotocol/client';
import type { McpListedTool } from '../../protocol/types.ts';

/** Most tools of one server, and the most characters that telling of them may take as JSON. */
export const maxTools = 1000;
export const maxListingLength = 1_000_000;

/**
 * A server's tools as the wire tells of them: a stock client needs a description that is a text and a schema that is an
 * object (behaviour §6.1). Null where there are more than a session takes.
 */
export function listedTools(tools: readonly Tool[]): McpListedTool[] | null {
  const byName = new Map<string, McpListedTool>();
  for (const tool of tools) if (!byName.has(tool.name)) byName.set(tool.name, listedTool(tool));
  const listed = [...byName.values()];
  return listed.length > maxTools || JSON.stringify(listed).length > maxListingLength ? null : listed;
}

function listedTool({ name, description, inputSchema, annotations }: Tool): McpListedTool {
  return { name, description: description ?? '', input_schema: inputSchema, annotations: annotations ?? null };
}
