import type * as z from 'zod';
import type { ResumptionEventType, ServerEventType } from '../event-types.ts';
import { audioBufferEvents } from './audio-buffer-events.ts';
import { conversationEvents } from './conversation-events.ts';
import { mcpEvents } from './mcp-events.ts';
import { responseEvents } from './response-events.ts';
import { resumptionEvents } from './resumption-events.ts';
import { sessionEvents } from './session-events.ts';

/** Every event that a server sends in a realtime or a transcription session, by its wire type. */
export const serverEvents = {
  ...sessionEvents,
  ...conversationEvents,
  ...audioBufferEvents,
  ...responseEvents,
  ...mcpEvents,
  ...resumptionEvents,
} satisfies Record<ServerEventType | ResumptionEventType, z.ZodObject>;
