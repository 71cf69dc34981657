import * as z from 'zod';
import * as audioFormat from '../schemas/audio-format.ts';
import * as audioInput from '../schemas/audio-input.ts';
import { clientEvents } from '../schemas/client-events.ts';
import * as content from '../schemas/content.ts';
import { conversation } from '../schemas/conversation-events.ts';
import * as error from '../schemas/error.ts';
import * as item from '../schemas/item.ts';
import * as mcpItem from '../schemas/mcp-item.ts';
import * as modelSettings from '../schemas/model-settings.ts';
import * as prompt from '../schemas/prompt.ts';
import * as response from '../schemas/response.ts';
import * as rest from '../schemas/rest.ts';
import { serverEvents } from '../schemas/server-events.ts';
import * as session from '../schemas/session.ts';
import * as sessionKind from '../schemas/session-kind.ts';
import * as tool from '../schemas/tool.ts';
import * as transcription from '../schemas/transcription.ts';
import * as transcriptionSession from '../schemas/transcription-session.ts';
import * as translation from '../schemas/translation.ts';
import { translationClientEvents, translationServerEvents } from '../schemas/translation-events.ts';
import * as turnDetection from '../schemas/turn-detection.ts';
import * as usage from '../schemas/usage.ts';
import * as webhook from '../schemas/webhook.ts';

/** Files whose exports are definitions of their own, each under the name of the export. */
const files: readonly Readonly<Record<string, unknown>>[] = [
  audioFormat,
  audioInput,
  content,
  { conversation },
  error,
  item,
  mcpItem,
  modelSettings,
  prompt,
  response,
  rest,
  session,
  sessionKind,
  tool,
  transcription,
  transcriptionSession,
  translation,
  turnDetection,
  usage,
  webhook,
];

type EventTable = Readonly<Record<string, z.ZodType>>;

/** The name of an event's definition: `input_audio_buffer.append` is `InputAudioBufferAppendEvent`. */
export function eventName(type: string, prefix = ''): string {
  const words = type.split(/[._]/).map(capitalised);
  return `${prefix}${words.join('')}Event`;
}

/** The name in published schemas of every schema that has one. An event's is longer in a translation session. */
export const definitionNames: ReadonlyMap<z.core.$ZodType, string> = new Map([
  ...namesOfEvents(translationClientEvents, 'Translation'),
  ...namesOfEvents(translationServerEvents, 'Translation'),
  ...namesOfEvents(clientEvents),
  ...namesOfEvents(serverEvents),
  ...files.flatMap(namesOfExports),
  ...namesOfClientItems(),
]);

function namesOfEvents(events: EventTable, prefix?: string): [z.core.$ZodType, string][] {
  return Object.entries(events).map(([type, schema]) => [schema, eventName(type, prefix)]);
}

function namesOfExports(file: Readonly<Record<string, unknown>>): [z.core.$ZodType, string][] {
  return Object.entries(file).flatMap<[z.core.$ZodType, string]>(([name, schema]) => {
    return schema instanceof z.ZodType ? [[schema, capitalised(name)]] : [];
  });
}

/** The items that a client adds differ from all others by the length of their id only. */
function namesOfClientItems(): [z.core.$ZodType, string][] {
  const [message, functionCall, functionCallOutput, , , , approvalResponse] = item.clientItem.options;
  const [userMessage, systemMessage, assistantMessage] = message.options;
  return [
    [message, 'ClientMessageItem'],
    [userMessage, 'ClientUserMessage'],
    [systemMessage, 'ClientSystemMessage'],
    [assistantMessage, 'ClientAssistantMessage'],
    [functionCall, 'ClientFunctionCall'],
    [functionCallOutput, 'ClientFunctionCallOutput'],
    [approvalResponse, 'ClientMcpApprovalResponse'],
  ];
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
