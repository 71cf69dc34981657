import * as z from 'zod';
import { mostMembers } from './bounded.ts';
import { assistantContent, systemContent, userContent } from './content.ts';
import { mcpApprovalRequest, mcpApprovalResponse, mcpCall, mcpListTools } from './mcp-item.ts';

/** How complete an item is. It has no effect when a client sends it. */
export const itemStatus = z.enum(['completed', 'incomplete', 'in_progress']);

const anyItem = {
  /** The server makes one if the client gives none. */
  id: z.string().exactOptional(),
  object: z.literal('realtime.item').exactOptional(),
  status: itemStatus.exactOptional(),
};

/** What the user said, typed or showed. */
export const userMessage = z.object({
  type: z.literal('message'),
  role: z.literal('user'),
  content: z.array(userContent).max(mostMembers),
  ...anyItem,
});

/** What the application tells the model in the middle of a conversation. */
export const systemMessage = z.object({
  type: z.literal('message'),
  role: z.literal('system'),
  content: z.array(systemContent).max(mostMembers),
  ...anyItem,
});

/** What the model said. */
export const assistantMessage = z.object({
  type: z.literal('message'),
  role: z.literal('assistant'),
  content: z.array(assistantContent).max(mostMembers),
  ...anyItem,
});

/** A call that the model asks the client to make. */
export const functionCall = z.object({
  type: z.literal('function_call'),
  name: z.string(),
  /** The arguments as JSON text. */
  arguments: z.string(),
  /** The id by which an output names its call. */
  call_id: z.string().exactOptional(),
  ...anyItem,
});

/** The output of a function call. */
export const functionCallOutput = z.object({
  type: z.literal('function_call_output'),
  call_id: z.string(),
  /** Free text, often JSON; may be empty. */
  output: z.string(),
  ...anyItem,
});

/** A message of the user, the system or the assistant, as `role` says. */
export const messageItem = z.discriminatedUnion('role', [userMessage, systemMessage, assistantMessage]);

/** An entry of the conversation. `type` says what it is, and `role` whose message it is. */
export const item = z.discriminatedUnion('type', [
  messageItem,
  functionCall,
  functionCallOutput,
  mcpListTools,
  mcpCall,
  mcpApprovalRequest,
  mcpApprovalResponse,
]);

/** A reference to an item of the conversation, for the `input` of a response. */
export const itemReference = z.object({ type: z.literal('item_reference'), id: z.string() });

/** The longest id that a client may choose, in characters (behaviour §1.6). A server's own ids have no stated limit. */
const chosenId = { id: z.string().max(32).exactOptional() };

const clientItems = [
  z.discriminatedUnion('role', [
    userMessage.extend(chosenId),
    systemMessage.extend(chosenId),
    assistantMessage.extend(chosenId),
  ]),
  functionCall.extend(chosenId),
  functionCallOutput.extend(chosenId),
  mcpListTools,
  mcpCall,
  mcpApprovalRequest,
  mcpApprovalResponse.extend(chosenId),
] as const;

/** An item that a client adds. It is like any other item, but the length of its id is limited. */
export const clientItem = z.discriminatedUnion('type', clientItems);

/** An item that a client gives a response to read: the whole item, or a reference to one. */
export const responseInputItem = z.discriminatedUnion('type', [...clientItems, itemReference]);
