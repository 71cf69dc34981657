import type { Draft } from '../draft.ts';
import type { McpServer, McpState } from '../session.ts';

/** A session that has heard of no MCP server. */
export const noMcp: McpState = { servers: [], asked: [], approved: [] };

/** Replaces parts of what the session knows of MCP. */
export function updateMcp(draft: Draft, change: Partial<McpState>): void {
  draft.session = { ...draft.session, mcp: { ...draft.session.mcp, ...change } };
}

/** Puts a server in the place of the one with its label, or after all others. */
export function putServer(draft: Draft, server: McpServer): void {
  const { servers } = draft.session.mcp;
  const { label } = server.access;
  const isKnown = servers.some((each) => each.access.label === label);
  updateMcp(draft, {
    servers: isKnown ? servers.map((each) => (each.access.label === label ? server : each)) : [...servers, server],
  });
}

export function serverOf(servers: readonly McpServer[], label: string): McpServer | null {
  return servers.find((each) => each.access.label === label) ?? null;
}
