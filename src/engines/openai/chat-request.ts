import { encodeBase64 } from '../../audio/node/index.ts';
import type { Question } from '../parts.ts';
import { conversationOf, type Entry, type PastCall, type UserPart } from './conversation.ts';
import { offered, type ToolNames } from './tool-names.ts';
import { wavOf } from './wav-of.ts';

/** How a language model wants to be asked. */
export interface LanguageRequestOptions {
  readonly model: string;
  readonly hears: boolean;
  readonly systemRole: 'system' | 'developer';
  readonly lateSystemRole: 'system' | 'developer' | 'user';
  readonly maxTokensField: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

/** Speech models listen at this rate. */
export const heardRate = 16_000;

/** The body of `POST /chat/completions`. */
export function chatRequest(question: Question, names: ToolNames, options: LanguageRequestOptions): object {
  const { maxOutputTokens, reasoning } = question;
  const limit = maxOutputTokens === 'inf' ? {} : { [options.maxTokensField]: maxOutputTokens };
  return withExtra(
    {
      model: options.model,
      messages: chatMessages(question, names, options),
      stream: true,
      stream_options: { include_usage: true },
      ...limit,
      ...(reasoning?.effort === undefined ? {} : { reasoning_effort: reasoning.effort }),
      ...chatTools(question, names),
    },
    options.extra,
  );
}

/** The operator's own fields win; one that is null leaves a field out. */
export function withExtra(body: object, extra: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries({ ...body, ...extra }).filter(([, value]) => value !== null));
}

function chatTools({ toolChoice, parallelToolCalls }: Question, names: ToolNames): object {
  const { tools, isRequired } = offered(names, toolChoice);
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ sentName: name, description, parameters }) => ({
      type: 'function',
      function: { name, description, parameters },
    })),
    ...(isRequired ? { tool_choice: 'required' } : {}),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function chatMessages(question: Question, names: ToolNames, options: LanguageRequestOptions): object[] {
  const entries = conversationOf(question, { names, hears: options.hears });
  const leading = entries.findIndex(({ kind }) => kind !== 'system');
  const firstLater = leading < 0 ? entries.length : leading;
  const opening = entries.slice(0, firstLater).flatMap((entry) => (entry.kind === 'system' ? [entry.text] : []));
  // Many a chat template takes one system message, and only at the beginning.
  const system = [question.instructions, ...opening].filter((text) => text.trim() !== '').join('\n\n');
  const rest = joined(entries.slice(firstLater)).flatMap((entry) => messagesOf(entry, options));
  return system === '' ? rest : [{ role: options.systemRole, content: system }, ...rest];
}

/** An entry, or words of the assistant together with the calls that follow them. */
type ChatEntry = Entry | { readonly kind: 'spoken_calls'; readonly text: string; readonly calls: readonly PastCall[] };

function joined(entries: readonly Entry[]): ChatEntry[] {
  const all: ChatEntry[] = [];
  for (const entry of entries) {
    const last = all.at(-1);
    if (entry.kind === 'calls' && last?.kind === 'assistant') {
      all.splice(-1, 1, { kind: 'spoken_calls', text: last.text, calls: entry.calls });
    } else {
      all.push(entry);
    }
  }
  return all;
}

function messagesOf(entry: ChatEntry, { lateSystemRole }: LanguageRequestOptions): object[] {
  switch (entry.kind) {
    case 'system':
      return [{ role: lateSystemRole, content: entry.text }];
    case 'user':
      return [{ role: 'user', content: userContent(entry.parts) }];
    case 'assistant':
      return [{ role: 'assistant', content: entry.text }];
    case 'calls':
      return callMessages(null, entry.calls);
    case 'spoken_calls':
      return callMessages(entry.text, entry.calls);
    default:
      return entry satisfies never;
  }
}

function callMessages(content: string | null, calls: readonly PastCall[]): object[] {
  const toolCalls = calls.map(({ callId: id, sentName: name, arguments: text }) => ({
    id,
    type: 'function',
    function: { name, arguments: text },
  }));
  const outputs = calls.map(({ callId, output }) => ({ role: 'tool', tool_call_id: callId, content: output }));
  return [{ role: 'assistant', content, tool_calls: toolCalls }, ...outputs];
}

/** Plain text where that is all: not every server takes parts. */
function userContent(parts: readonly UserPart[]): string | object[] {
  const texts = parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  return texts.length === parts.length ? texts.join('\n') : parts.map(chatPart);
}

function chatPart(part: UserPart): object {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return {
        type: 'image_url',
        image_url: { url: part.url, ...(part.detail === null ? {} : { detail: part.detail }) },
      };
    case 'sound':
      return { type: 'input_audio', input_audio: soundData(part) };
    default:
      return part satisfies never;
  }
}

/** Sound as both APIs take it. */
export function soundData({ sound }: Extract<UserPart, { kind: 'sound' }>): object {
  return { data: encodeBase64(wavOf(sound, heardRate)), format: 'wav' };
}
