import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { McpOutcome } from '../../core/session.ts';
import type { McpCallError } from '../../protocol/types.ts';
import { refusalName } from './guarded-fetch.ts';

/** JSON-RPC codes for what this side of the connection finds out: the connection is gone, the time is over, a bad answer. */
const unreachableCode = -32000;
const timeoutCode = -32001;
const badAnswerCode = -32603;

/** The longest output of a tool, in characters. */
export const maxOutputLength = 1_000_000;

/** The longest message of a server that is passed on, in characters. */
const maxMessageLength = 1000;

/** What a tool's result means: its text, or that the tool failed (behaviour §6.2). */
export function outcomeOf(result: CallToolResult): McpOutcome {
  const text = textOf(result);
  if (text.length > maxOutputLength) return tooLong;
  if (result.isError !== true) return { output: text };
  return { error: { type: 'tool_execution_error', message: text === '' ? 'The tool failed.' : text } };
}

const tooLong: McpOutcome = {
  error: {
    type: 'tool_execution_error',
    message: `The tool's output is longer than ${maxOutputLength} characters.`,
  },
};

export const timedOut: McpOutcome = {
  error: { type: 'protocol_error', code: timeoutCode, message: 'The MCP server did not answer in time.' },
};

/**
 * Why a request came to nothing. `secrets` are blanked in what a server says of it; of the network a client learns no
 * more than that the server could not be reached.
 */
export function errorOf(cause: unknown, secrets: readonly string[]): McpCallError {
  const status = httpStatus(cause);
  if (status !== null) {
    return { type: 'http_error', code: status, message: `The MCP server answered with the HTTP status ${status}.` };
  }
  const code = field(cause, 'code');
  if (typeof code === 'number') {
    return { type: 'protocol_error', code: Math.trunc(code), message: blanked(messageOf(cause), secrets) };
  }
  return typeof code === 'string' && badAnswers.has(code)
    ? { type: 'protocol_error', code: badAnswerCode, message: 'The MCP server gave an answer that makes no sense.' }
    : { type: 'protocol_error', code: unreachableCode, message: 'The MCP server could not be reached.' };
}

/** The HTTP status with which a server refused, wherever the client put it; null where it was something else. */
export function httpStatus(cause: unknown): number | null {
  for (let each = cause, depth = 0; each !== undefined && depth < 5; each = field(each, 'cause'), depth++) {
    const status = field(each, 'status') ?? field(field(each, 'data'), 'status') ?? sseStatus(each);
    if (typeof status === 'number' && status >= 300 && status <= 599) return status;
  }
  return null;
}

/** The older transport says its status as a code, or in words only. */
function sseStatus(cause: unknown): number | undefined {
  const name = field(cause, 'name');
  const code = field(cause, 'code');
  if (name === 'SseError' && typeof code === 'number') return code;
  const [, digits] = /\(HTTP (\d{3})\)/.exec(messageOf(cause)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** What the log says of a failure: never what a server said, which may hold anything. */
export function reasonOf(cause: unknown): string {
  const status = httpStatus(cause);
  if (status !== null) return `HTTP status ${status}`;
  let root = cause;
  for (let depth = 0; depth < 5 && field(root, 'cause') !== undefined; depth++) root = field(root, 'cause');
  if (root instanceof Error && root.name === refusalName) return root.message;
  const code = field(root, 'code');
  return code === undefined ? String(field(root, 'name') ?? 'unknown') : String(code);
}

const badAnswers: ReadonlySet<string> = new Set([
  'INVALID_RESULT',
  'UNSUPPORTED_RESULT_TYPE',
  'INPUT_REQUIRED_ROUNDS_EXCEEDED',
  'LIST_PAGINATION_EXCEEDED',
  'CLIENT_HTTP_UNEXPECTED_CONTENT',
  'CAPABILITY_NOT_SUPPORTED',
]);

function textOf({ content, structuredContent }: CallToolResult): string {
  const text = content.map(blockText).join('\n');
  return text === '' && structuredContent !== undefined ? JSON.stringify(structuredContent) : text;
}

/** A model reads text: of sounds and pictures it is told that they were there. */
function blockText(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'resource':
      return 'text' in block.resource ? block.resource.text : `[resource ${block.resource.uri}]`;
    case 'resource_link':
      return `[resource ${block.uri}]`;
    case 'image':
    case 'audio':
      return `[${block.type} of type ${block.mimeType}]`;
    default:
      return block satisfies never;
  }
}

function blanked(message: string, secrets: readonly string[]): string {
  const safe = secrets.reduce((text, secret) => text.replaceAll(secret, '***'), message);
  return safe.length > maxMessageLength ? `${safe.slice(0, maxMessageLength)}…` : safe;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Readonly<Record<string, unknown>>)[key] // whatever a library threw
    : undefined;
}
