import type { ApiError, McpTool, Tool } from '../../protocol/types.ts';
import { mistakes } from '../mistakes.ts';
import { sameJson } from '../same-json.ts';
import type { McpServer } from '../session.ts';
import { givenHeaders, headerProblem, withoutSecrets } from './headers.ts';
import { mcpMistakes } from './mistakes.ts';
import { serverOf } from './state.ts';

/** Most MCP servers that one session may define. */
export const maxServers = 32;

/** The `tools` of a request, with what the operator's rules make of them. */
export interface GivenTools {
  readonly tools: readonly Tool[];
  /** For each entry, where its MCP server is reached; null where that is not allowed, and for other entries. */
  readonly urls: readonly (string | null)[];
  /** The field that holds them, such as `session.tools`. */
  readonly param: string;
  /** Labels whose servers these tools may not replace. */
  readonly taken: ReadonlySet<string>;
}

/** A server that an entry defines, or defines anew. */
export interface Definition {
  readonly label: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly shown: McpTool;
  /** It names a server that is known, by its label alone. */
  readonly byLabel: boolean;
}

export type ReadTools =
  | {
      readonly ok: true;
      /** The entries in full and without secrets. */
      readonly tools: Tool[];
      readonly definitions: readonly Definition[];
    }
  | { readonly ok: false; readonly error: ApiError };

type Entry = { readonly ok: true; readonly definition: Definition } | { readonly ok: false; readonly error: ApiError };

/**
 * Reads the tools of a request: the names of its functions (behaviour §0 D16), and its MCP entries (behaviour §6.1). The
 * first mistake refuses them all.
 */
export function readTools(servers: readonly McpServer[], given: GivenTools): ReadTools {
  const tools: Tool[] = [];
  const definitions: Definition[] = [];
  const names = new Set<string>();
  const labels = new Set(servers.map(({ access }) => access.label));
  for (const [index, tool] of given.tools.entries()) {
    const path = `${given.param}[${index}]`;
    if (tool.type !== 'mcp') {
      const { name } = tool;
      if (name !== undefined && names.has(name)) return { ok: false, error: mistakes.functionTwice(path, name) };
      if (name !== undefined) names.add(name);
      tools.push(tool);
      continue;
    }
    const { server_label: label } = tool;
    if (definitions.some((each) => each.label === label))
      return { ok: false, error: mcpMistakes.labelTwice(path, label) };
    const read = readEntry(tool, { path, url: given.urls[index] ?? null, known: serverOf(servers, label), given });
    if (!read.ok) return read;
    if (labels.add(label).size > maxServers) return { ok: false, error: mcpMistakes.tooMany(given.param, maxServers) };
    tools.push(read.definition.shown);
    definitions.push(read.definition);
  }
  return { ok: true, tools, definitions };
}

interface Surroundings {
  readonly path: string;
  readonly url: string | null;
  readonly known: McpServer | null;
  readonly given: GivenTools;
}

function readEntry(tool: McpTool, { path, url, known, given }: Surroundings): Entry {
  const { server_label: label } = tool;
  const error = placeMistake(tool, path, known) ?? headerMistake(tool, path);
  if (error !== null) return { ok: false, error };
  const reached = namesPlace(tool) ? url : (known?.access.url ?? null);
  if (reached === null) return { ok: false, error: unreachable(tool, path) };
  const isMoved = known !== null && known.access.url !== reached;
  if (isMoved && given.taken.has(label)) return { ok: false, error: mcpMistakes.labelTaken(path, label) };
  const kept = known === null || isMoved ? {} : known.access.headers;
  const byLabel = !namesPlace(tool);
  const shown = { ...(byLabel ? known?.shown : {}), ...withoutSecrets(tool) };
  return { ok: true, definition: { label, url: reached, headers: givenHeaders(tool) ?? kept, shown, byLabel } };
}

/** Whether the server is already defined like this; then nothing needs to be listed anew, unless listing it failed. */
export function isSame(known: McpServer, { url, headers }: Definition): boolean {
  return known.listing.phase !== 'failed' && known.access.url === url && sameJson(known.access.headers, headers);
}

const places = ['server_url', 'connector_id', 'tunnel_id'] as const;

function namesPlace(tool: McpTool): boolean {
  return places.some((key) => tool[key] !== undefined);
}

function placeMistake(tool: McpTool, path: string, known: McpServer | null): ApiError | null {
  const named = places.filter((key) => tool[key] !== undefined);
  if (named.length > 1) return mcpMistakes.manyPlaces(path, named);
  if (tool.tunnel_id !== undefined) return mcpMistakes.tunnel(path);
  return named.length === 0 && known === null ? mcpMistakes.noPlace(path, tool.server_label) : null;
}

function headerMistake(tool: McpTool, path: string): ApiError | null {
  const problem = headerProblem(tool);
  switch (problem) {
    case null:
      return null;
    case 'authorization_twice':
      return mcpMistakes.authorizationTwice(path);
    case 'bad_authorization':
      return mcpMistakes.badAuthorization(path);
    default:
      return mcpMistakes.badHeader(path, problem.header);
  }
}

function unreachable({ connector_id, server_label }: McpTool, path: string): ApiError {
  return connector_id === undefined
    ? mcpMistakes.notAllowed(path, server_label)
    : mcpMistakes.connectorUnknown(path, connector_id);
}
