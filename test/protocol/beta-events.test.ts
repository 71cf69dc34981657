import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, serverEventToBeta } from '../../src/protocol/beta/index.ts';
import { arbitraryServerEvents } from './arbitrary-events.ts';

/** What readers of the beta know: the events that its description had from the start. */
const known = `
  error session.created session.updated conversation.created
  conversation.item.created conversation.item.retrieved conversation.item.truncated conversation.item.deleted
  conversation.item.input_audio_transcription.completed conversation.item.input_audio_transcription.failed
  input_audio_buffer.committed input_audio_buffer.cleared
  input_audio_buffer.speech_started input_audio_buffer.speech_stopped
  output_audio_buffer.started output_audio_buffer.stopped output_audio_buffer.cleared
  response.created response.done response.output_item.added response.output_item.done
  response.content_part.added response.content_part.done response.text.delta response.text.done
  response.audio.delta response.audio.done response.audio_transcript.delta response.audio_transcript.done
  response.function_call_arguments.delta response.function_call_arguments.done rate_limits.updated
`
  .trim()
  .split(/\s+/);

/** What comes only to a client that asked for such a session, model or tool, or to resume, and so knows more. */
const askedFor =
  /^(transcription_session|session\.(resumption\.updated|ending)|mcp_list_tools|response\.mcp_call|.*input_audio_transcription\.segment)/;

/** The items that an event holds. */
function itemsOf({ item, response }: JsonObject): JsonObject[] {
  const held = [item, ...Object(Object(response).output ?? [])];
  return held.filter((each) => typeof each === 'object' && each !== null);
}

describe('any event of a server, told in the beta,', () => {
  it.each(Object.entries(arbitraryServerEvents))(
    '%s has a name that was known there, and whole items',
    (_, arbitrary) => {
      fc.assert(
        fc.property<[object]>(arbitrary, (event) => {
          for (const told of serverEventToBeta({ ...event })) {
            const type = String(told['type']);
            expect(known.includes(type) || askedFor.test(type) ? '' : type).toBe('');
            for (const { object, type: kind, role, content } of itemsOf(told)) {
              expect(object).toBe('realtime.item');
              const parts = kind === 'message' && role === 'assistant' && Array.isArray(content) ? content : [];
              expect(parts.filter((part) => part.type?.startsWith('output_'))).toEqual([]);
            }
          }
        }),
        { numRuns: 50, seed: 1 },
      );
    },
  );
});
