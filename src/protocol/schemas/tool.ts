import * as z from 'zod';
import { address, mostMembers, mostPairs, name, note } from './bounded.ts';

/** A function of the client's own that the model may call. */
export const functionTool = z.object({
  type: z.literal('function').exactOptional(),
  /** The name that calls carry: up to 64 letters, digits, `_` and `-`. No two functions may share it. */
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,64}$/)
    .exactOptional(),
  /** What it does and when to call it, for the model to read. */
  description: note.exactOptional(),
  /** The JSON Schema of its arguments. Free JSON. */
  parameters: z.unknown().exactOptional(),
});

/** Chooses tools of an MCP server: those that match everything given. */
export const mcpToolFilter = z.object({
  /** Only tools that their server annotates as read-only. */
  read_only: z.boolean().exactOptional(),
  /** Only tools of these names. */
  tool_names: z.array(name).max(mostMembers).exactOptional(),
});

/** Which calls need the client's approval; all others follow the default. */
export const mcpApprovalFilter = z.object({
  always: mcpToolFilter.exactOptional(),
  never: mcpToolFilter.exactOptional(),
});

/** The MCP servers that the API reaches under a name of its own. */
export const mcpConnectors = [
  'connector_dropbox',
  'connector_gmail',
  'connector_googlecalendar',
  'connector_googledrive',
  'connector_microsoftteams',
  'connector_outlookcalendar',
  'connector_outlookemail',
  'connector_sharepoint',
] as const;

/** An MCP server whose tools the server of the session lists and runs. One of server_url, connector_id, tunnel_id is needed. */
export const mcpTool = z.object({
  type: z.literal('mcp'),
  /** The name of the MCP server in the session; its items and calls carry it. */
  server_label: name,
  server_url: address.exactOptional(),
  /** An MCP server that is known by name. Deprecated for models released after 2026-09-01. */
  connector_id: z.enum(mcpConnectors).exactOptional(),
  /** An MCP server that is reached through a tunnel of the account. */
  tunnel_id: z
    .string()
    .regex(/^tunnel_[a-z0-9]{32}$/)
    .exactOptional(),
  /** What the server is for, for the model to read. */
  server_description: note.exactOptional(),
  /** An OAuth access token for the MCP server. Secret: keep it out of logs. */
  authorization: address.exactOptional(),
  /** Headers for requests to the MCP server. Values may be secret. */
  headers: z.record(name, address).meta({ maxProperties: mostPairs }).nullable().exactOptional(),
  /** The tools that may be used; all of them if it is null or absent. */
  allowed_tools: z
    .union([z.array(name).max(mostMembers), mcpToolFilter])
    .nullable()
    .exactOptional(),
  /** Who may call the tools; at least one entry. */
  allowed_callers: z
    .array(z.enum(['direct', 'programmatic']))
    .min(1)
    .max(mostMembers)
    .nullable()
    .exactOptional(),
  /** Which calls wait for an approval item. Default `always`. */
  require_approval: z
    .union([z.enum(['always', 'never']), mcpApprovalFilter])
    .nullable()
    .exactOptional(),
  /** Whether the model finds the tools by search instead of getting a list of them. */
  defer_loading: z.boolean().exactOptional(),
});

/** Anything the model may call. An object without `type` is a function (the official types allow it). */
export const tool = z.union([functionTool, mcpTool]);

/** Makes the model call this function. */
export const functionToolChoice = z.object({ type: z.literal('function'), name });

/** Makes the model call a tool of this MCP server: the one of this `name`, if there is a name. */
export const mcpToolChoice = z.object({
  type: z.literal('mcp'),
  server_label: name,
  name: name.nullable().exactOptional(),
});

/**
 * Whether the model calls a tool: never (`none`), as it likes (`auto`, the default), always (`required`), or one certain
 * tool.
 */
export const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [functionToolChoice, mcpToolChoice]),
]);
