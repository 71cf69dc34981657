import * as z from 'zod';

/** A tool as its MCP server describes it. */
export const mcpListedTool = z.object({
  name: z.string(),
  /** The JSON Schema of its arguments. Free JSON. */
  input_schema: z.unknown(),
  description: z.string().nullable().exactOptional(),
  /** Hints of the MCP server, such as that the tool only reads. Free JSON. */
  annotations: z.unknown().exactOptional(),
});

/** The tools that an MCP server offers. */
export const mcpListTools = z.object({
  type: z.literal('mcp_list_tools'),
  id: z.string().exactOptional(),
  server_label: z.string(),
  tools: z.array(mcpListedTool),
});

/** The MCP server did not follow its protocol. */
export const mcpProtocolError = z.object({ type: z.literal('protocol_error'), code: z.int(), message: z.string() });

/** The tool ran and failed. */
export const mcpToolExecutionError = z.object({ type: z.literal('tool_execution_error'), message: z.string() });

/** The MCP server answered with an HTTP error. */
export const mcpHttpError = z.object({ type: z.literal('http_error'), code: z.int(), message: z.string() });

/** Why an MCP call failed. */
export const mcpCallError = z.discriminatedUnion('type', [mcpProtocolError, mcpToolExecutionError, mcpHttpError]);

/** A call of an MCP server's tool, which the server of the session makes. */
export const mcpCall = z.object({
  type: z.literal('mcp_call'),
  id: z.string(),
  server_label: z.string(),
  /** The name of the tool. */
  name: z.string(),
  /** The arguments as JSON text. */
  arguments: z.string(),
  /** The request that was approved for this call. */
  approval_request_id: z.string().nullable().exactOptional(),
  /** The output of the tool; null until there is one. */
  output: z.string().nullable().exactOptional(),
  /** Why the call failed; null if it did not. */
  error: mcpCallError.nullable().exactOptional(),
});

/** Asks the client whether a call may run. */
export const mcpApprovalRequest = z.object({
  type: z.literal('mcp_approval_request'),
  id: z.string(),
  server_label: z.string(),
  /** The name of the tool. */
  name: z.string(),
  /** The arguments as JSON text. */
  arguments: z.string(),
});

/** The client's answer to a request for approval. */
export const mcpApprovalResponse = z.object({
  type: z.literal('mcp_approval_response'),
  /** It may be absent: the official types require it from clients, too, but the official agents client leaves it out. */
  id: z.string().exactOptional(),
  /** The id of the `mcp_approval_request` item. */
  approval_request_id: z.string(),
  approve: z.boolean(),
  reason: z.string().nullable().exactOptional(),
});
