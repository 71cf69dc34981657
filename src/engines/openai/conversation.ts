import { audioFormats, decodeBase64, decodeSamples } from '../../audio/node/index.ts';
import type { ContextItem } from '../../core/response/model-input.ts';
import type { FunctionCall, McpCall, UserMessage } from '../../protocol/types.ts';
import type { Sound } from '../contract.ts';
import type { Question } from '../parts.ts';
import type { ToolNames } from './tool-names.ts';

/** A conversation in the words that both APIs have in common. */
export type Entry =
  | { readonly kind: 'system'; readonly text: string }
  | { readonly kind: 'user'; readonly parts: readonly UserPart[] }
  | { readonly kind: 'assistant'; readonly text: string }
  /** Calls of one turn, each with its output. */
  | { readonly kind: 'calls'; readonly calls: readonly PastCall[] };

export type UserPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string; readonly detail: 'auto' | 'low' | 'high' | null }
  | { readonly kind: 'sound'; readonly sound: Sound };

export interface PastCall {
  readonly callId: string;
  /** As the API knows the tool. */
  readonly sentName: string;
  /** JSON text of an object, always. */
  readonly arguments: string;
  readonly output: string;
}

export interface ConversationOptions {
  readonly names: ToolNames;
  /** Whether the model is given what the user said as sound. */
  readonly hears: boolean;
}

/** Stands for speech that nobody could make words of: without it a model would answer what came before once more. */
const inaudible = '[inaudible]';

/** An API wants an output of every call. */
const noOutput = 'The call gave no output.';

/**
 * What a model is to read: words of the assistant as far as they were heard; calls that stand side by side together, and
 * the output of each with it, wherever that stands. An output whose call is gone becomes a text; what holds no words is left out.
 */
export function conversationOf(question: Question, options: ConversationOptions): Entry[] {
  const outputs = matchOutputs(question.items);
  const entries: Entry[] = [];
  question.items.forEach((contextItem, i) => {
    const entry = entryOf(contextItem, { question, outputs, ...options });
    const last = entries.at(-1);
    const follows = contextItem.item.type === 'function_call' && question.items[i - 1]?.item.type === 'function_call';
    if (entry?.kind === 'calls' && last?.kind === 'calls' && follows) {
      entries.splice(-1, 1, { kind: 'calls', calls: [...last.calls, ...entry.calls] });
    } else if (entry !== null) {
      entries.push(entry);
    }
  });
  return entries;
}

interface Reading extends ConversationOptions {
  readonly question: Question;
  readonly outputs: Outputs;
}

function entryOf({ item, words }: ContextItem, reading: Reading): Entry | null {
  switch (item.type) {
    case 'message':
      if (item.role === 'user') return { kind: 'user', parts: userParts(item, words, reading) };
      return words === null || words.trim() === '' ? null : { kind: item.role, text: words };
    case 'function_call':
      return { kind: 'calls', calls: [pastCall(item, reading)] };
    case 'function_call_output':
      if (reading.outputs.matched.has(item)) return null;
      return { kind: 'user', parts: [{ kind: 'text', text: `Output of an earlier tool call: ${item.output}` }] };
    case 'mcp_call':
      return { kind: 'calls', calls: [pastMcpCall(item, reading.names)] };
    case 'mcp_list_tools':
    case 'mcp_approval_request':
    case 'mcp_approval_response':
      return null;
    default:
      return item satisfies never;
  }
}

function userParts(item: UserMessage, words: string | null, reading: Reading): UserPart[] {
  const sounds = reading.hears ? soundsOf(item, reading.question) : [];
  const isSpoken = item.content.some(({ type }) => type === 'input_audio');
  const said = sounds.length > 0 ? null : words;
  const parts = item.content.flatMap(({ type, text, image_url: url, detail }): UserPart[] => {
    if (type === 'input_image') return url === undefined ? [] : [{ kind: 'image', url, detail: detail ?? null }];
    // Words of a message with speech in it are known as a whole only.
    const isTyped = type !== 'input_audio' && text !== undefined && (!isSpoken || sounds.length > 0);
    return isTyped ? [{ kind: 'text', text }] : [];
  });
  if (isSpoken && said !== null && said.trim() !== '') parts.unshift({ kind: 'text', text: said });
  parts.push(...sounds.map((sound): UserPart => ({ kind: 'sound', sound })));
  return parts.length === 0 ? [{ kind: 'text', text: inaudible }] : parts;
}

/** Sound that stands in the item itself, else what was kept of it. */
function soundsOf(item: UserMessage, { inputFormat, sound }: Question): Sound[] {
  const given = item.content.flatMap(({ type, audio }) => {
    const bytes = type === 'input_audio' && typeof audio === 'string' ? decodeBase64(audio) : null;
    const { sampleRate } = audioFormats[inputFormat];
    return bytes === null ? [] : [{ samples: decodeSamples(bytes, inputFormat), sampleRate }];
  });
  if (given.length > 0) return given;
  const kept = item.id === undefined ? null : sound(item.id);
  return kept === null || kept.samples.length === 0 ? [] : [kept];
}

function pastCall(item: FunctionCall, { names, outputs }: Reading): PastCall {
  const { call_id: callId, id, name } = item;
  return {
    callId: callId ?? id ?? 'call',
    sentName: names.sentName(name, null),
    arguments: objectText(item.arguments),
    output: outputs.ofCall.get(item) ?? noOutput,
  };
}

function pastMcpCall(
  { id, name, server_label: label, arguments: text, output, error }: McpCall,
  names: ToolNames,
): PastCall {
  const failure = error === null || error === undefined ? noOutput : `The call failed: ${error.message}`;
  return { callId: id, sentName: names.sentName(name, label), arguments: objectText(text), output: output ?? failure };
}

/** A call that was cut off left half an object, which no server takes. */
function objectText(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? text : '{}';
  } catch {
    return '{}';
  }
}

interface Outputs {
  readonly ofCall: ReadonlyMap<FunctionCall, string>;
  readonly matched: ReadonlySet<unknown>;
}

/** Each call takes the first output after it that has its id and that no other call took: servers use ids again. */
function matchOutputs(items: Question['items']): Outputs {
  const ofCall = new Map<FunctionCall, string>();
  const matched = new Set<unknown>();
  const open: FunctionCall[] = [];
  for (const { item } of items) {
    if (item.type === 'function_call') open.push(item);
    if (item.type !== 'function_call_output') continue;
    const index = open.findIndex((call) => call.call_id === item.call_id);
    const [call] = index < 0 ? [] : open.splice(index, 1);
    if (call === undefined) continue;
    ofCall.set(call, item.output);
    matched.add(item);
  }
  return { ofCall, matched };
}
