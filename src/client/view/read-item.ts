import type { Item, McpCall, McpListTools, MessageItem } from '../../protocol/events/index.ts';
import type { ItemFacts, MessageView, ViewItem } from './item.ts';
import { readParts, type ToldPart } from './parts.ts';
import { objectOf, objectsOf, type Told, textOf, textOrNull } from './told.ts';

/** An item as a server tells of it. */
export type ToldItem = Told<Item>;

/** What the event around an item says of it. */
export interface Occasion {
  /** The item is final: what is still missing will not come. */
  readonly isFinal: boolean;
  readonly keepAudio: boolean;
  /** What was known of it before; null if nothing was. */
  readonly held: ViewItem | null;
  /** The response that makes it, where the event names one. */
  readonly responseId: string | null;
}

/** The item, with what was held of it and is left out this time. Null if it has no id: nothing can be said of it again. */
export function readItem(told: ToldItem, occasion: Occasion): ViewItem | null {
  const id = textOf(told.id);
  if (id === '') return null;
  const held = occasion.held?.stale === true ? null : occasion.held;
  const facts: ItemFacts = {
    id,
    status: statusOf(told, occasion),
    responseId: occasion.responseId ?? held?.responseId ?? null,
    interrupted: held?.interrupted ?? false,
    stale: false,
    awaitedId: held?.awaitedId ?? null,
  };
  return readKind(told, facts, { ...occasion, held });
}

/** Items of MCP have no status of their own. */
function statusOf(told: ToldItem, { isFinal }: Occasion): ItemFacts['status'] {
  const status = 'status' in told ? told.status : null;
  if (status === 'completed' || status === 'incomplete') return status;
  return isFinal ? 'completed' : 'in_progress';
}

function readKind(told: ToldItem, facts: ItemFacts, occasion: Occasion): ViewItem {
  const { held } = occasion;
  switch (told.type) {
    case 'message':
      return readMessage(told, facts, occasion);
    case 'function_call': {
      const before = held?.kind === 'function_call' ? held : null;
      const args = textOf(told.arguments) || (before?.arguments ?? '');
      const callId = textOf(told.call_id) || (before?.callId ?? '');
      return {
        ...facts,
        kind: told.type,
        name: textOf(told.name),
        callId,
        arguments: args,
        output: before?.output ?? null,
      };
    }
    case 'function_call_output':
      return { ...facts, kind: told.type, callId: textOf(told.call_id), output: textOf(told.output) };
    case 'mcp_list_tools':
      return readListing(told, facts, occasion);
    case 'mcp_call':
      return readMcpCall(told, facts, occasion);
    case 'mcp_approval_request': {
      const answer = held?.kind === told.type ? held.answer : null;
      const { name, server_label, arguments: args } = told;
      return {
        ...facts,
        kind: told.type,
        serverLabel: textOf(server_label),
        name: textOf(name),
        arguments: textOf(args),
        answer,
      };
    }
    case 'mcp_approval_response': {
      const approvalRequestId = textOf(told.approval_request_id);
      return {
        ...facts,
        kind: told.type,
        approvalRequestId,
        approve: told.approve === true,
        reason: textOrNull(told.reason),
      };
    }
    default:
      return { ...facts, kind: 'other', item: told };
  }
}

function readMessage(told: Told<MessageItem>, facts: ItemFacts, { held, keepAudio }: Occasion): MessageView {
  const role = told.role === 'assistant' || told.role === 'system' ? told.role : 'user';
  const before = held?.kind === 'message' ? held.parts : [];
  // Any part may have the fields of any other: the union of the three roles' parts says no more.
  const content: readonly (ToldPart | null)[] | null | undefined = told.content;
  return {
    ...facts,
    kind: 'message',
    role,
    parts: readParts(content, before, { isUser: role !== 'assistant', keepAudio }),
  };
}

function readListing(told: Told<McpListTools>, facts: ItemFacts, { held, isFinal }: Occasion): ViewItem {
  const before = held?.kind === 'mcp_list_tools' ? held : null;
  const phase = before?.phase ?? (isFinal ? 'completed' : 'in_progress');
  const tools = objectsOf(told.tools).map((tool) => ({
    name: textOf(tool.name),
    input_schema: tool.input_schema,
    description: textOrNull(tool.description),
    annotations: tool.annotations,
  }));
  const status = phase === 'failed' ? 'incomplete' : facts.status;
  return { ...facts, status, kind: 'mcp_list_tools', serverLabel: textOf(told.server_label), tools, phase };
}

function readMcpCall(told: Told<McpCall>, facts: ItemFacts, { held, isFinal }: Occasion): ViewItem {
  const before = held?.kind === 'mcp_call' ? held : null;
  const error = objectOf(told.error);
  const output = textOrNull(told.output) ?? before?.output ?? null;
  const ended = error === null ? 'completed' : 'failed';
  return {
    ...facts,
    status: isFinal && error !== null ? 'incomplete' : facts.status,
    kind: 'mcp_call',
    serverLabel: textOf(told.server_label),
    name: textOf(told.name),
    arguments: textOf(told.arguments) || (before?.arguments ?? ''),
    phase: isFinal ? ended : (before?.phase ?? 'arguments'),
    output,
    error: error === null ? (before?.error ?? null) : readError(error),
    approvalRequestId: textOrNull(told.approval_request_id) ?? before?.approvalRequestId ?? null,
  };
}

function readError(told: Told<NonNullable<McpCall['error']>>): NonNullable<McpCall['error']> {
  const message = textOf(told.message);
  const code = 'code' in told && typeof told.code === 'number' ? told.code : 0;
  switch (told.type) {
    case 'http_error':
    case 'protocol_error':
      return { type: told.type, code, message };
    default:
      return { type: 'tool_execution_error', message };
  }
}
