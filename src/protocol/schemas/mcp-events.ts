import * as z from 'zod';
import { index } from './quantity.ts';
import { serverEventId } from './server-event.ts';

const call = { item_id: z.string(), output_index: index };

/** What a server says of MCP servers and their tools. */
export const mcpEvents = {
  /** The tools of an MCP server are being listed. */
  'mcp_list_tools.in_progress': z.object({
    type: z.literal('mcp_list_tools.in_progress'),
    ...serverEventId,
    item_id: z.string(),
  }),

  /** The tools of an MCP server are known. */
  'mcp_list_tools.completed': z.object({
    type: z.literal('mcp_list_tools.completed'),
    ...serverEventId,
    item_id: z.string(),
  }),

  /** The tools of an MCP server could not be listed. */
  'mcp_list_tools.failed': z.object({
    type: z.literal('mcp_list_tools.failed'),
    ...serverEventId,
    item_id: z.string(),
  }),

  /** The next piece of the arguments of an MCP call, as JSON text. */
  'response.mcp_call_arguments.delta': z.object({
    type: z.literal('response.mcp_call_arguments.delta'),
    ...serverEventId,
    response_id: z.string(),
    ...call,
    delta: z.string(),
    /** Random text that evens out the size of deltas. */
    obfuscation: z.string().nullable().exactOptional(),
  }),

  /** All arguments of an MCP call. */
  'response.mcp_call_arguments.done': z.object({
    type: z.literal('response.mcp_call_arguments.done'),
    ...serverEventId,
    response_id: z.string(),
    ...call,
    /** JSON text. */
    arguments: z.string(),
  }),

  /** An MCP call runs. */
  'response.mcp_call.in_progress': z.object({
    type: z.literal('response.mcp_call.in_progress'),
    ...serverEventId,
    ...call,
  }),

  /** An MCP call gave its output. */
  'response.mcp_call.completed': z.object({
    type: z.literal('response.mcp_call.completed'),
    ...serverEventId,
    ...call,
  }),

  /** An MCP call failed. */
  'response.mcp_call.failed': z.object({ type: z.literal('response.mcp_call.failed'), ...serverEventId, ...call }),
};
