import type { Question } from '../parts.ts';
import { type LanguageRequestOptions, soundData, withExtra } from './chat-request.ts';
import { conversationOf, type Entry, type PastCall, type UserPart } from './conversation.ts';
import { offered, type ToolNames } from './tool-names.ts';

/** The least that the API takes for a limit. */
const leastTokens = 16;

/** The body of `POST /responses`. The endpoint keeps nothing of it. */
export function responsesRequest(question: Question, names: ToolNames, options: LanguageRequestOptions): object {
  const { instructions, maxOutputTokens, prompt, reasoning } = question;
  const entries = conversationOf(question, { names, hears: options.hears });
  return withExtra(
    {
      model: options.model,
      ...(instructions.trim() === '' ? {} : { instructions }),
      input: entries.flatMap((entry) => inputOf(entry, options)),
      stream: true,
      store: false,
      ...(maxOutputTokens === 'inf' ? {} : { max_output_tokens: Math.max(leastTokens, maxOutputTokens) }),
      ...(prompt === null ? {} : { prompt }),
      ...(reasoning === null ? {} : { reasoning }),
      ...responsesTools(question, names),
    },
    options.extra,
  );
}

function responsesTools({ toolChoice, parallelToolCalls }: Question, names: ToolNames): object {
  const { tools, isRequired } = offered(names, toolChoice);
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ sentName: name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      parameters,
      // Strict schemas forbid much that a client's or an MCP server's schema may hold.
      strict: false,
    })),
    ...(isRequired ? { tool_choice: 'required' } : {}),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function inputOf(entry: Entry, { lateSystemRole }: LanguageRequestOptions): object[] {
  switch (entry.kind) {
    case 'system':
      return [{ role: lateSystemRole, content: entry.text }];
    case 'user':
      return [{ role: 'user', content: entry.parts.map(inputPart) }];
    case 'assistant':
      return [{ role: 'assistant', content: entry.text }];
    case 'calls':
      return [...entry.calls.map(callInput), ...entry.calls.map(outputInput)];
    default:
      return entry satisfies never;
  }
}

function callInput({ callId, sentName: name, arguments: text }: PastCall): object {
  return { type: 'function_call', call_id: callId, name, arguments: text };
}

function outputInput({ callId, output }: PastCall): object {
  return { type: 'function_call_output', call_id: callId, output };
}

function inputPart(part: UserPart): object {
  switch (part.kind) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return { type: 'input_image', image_url: part.url, detail: part.detail ?? 'auto' };
    case 'sound':
      return { type: 'input_audio', input_audio: soundData(part) };
    default:
      return part satisfies never;
  }
}
