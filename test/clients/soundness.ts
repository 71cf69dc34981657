import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { type AudioFormatName, bytesToExactMs, msToBytes } from '../../src/audio/node/index.ts';
import { brokenLaws } from '../../src/laws/session-laws.ts';
import { type Cause, type ClientEvent, type ServerEvent, traceOf } from '../../src/laws/trace.ts';
import { parseClientEvent, parseServerEvent } from '../../src/protocol/index.ts';
import { type Frame, serverEvents } from './recording.ts';

interface AgentsParser {
  parseRealtimeEvent(event: { data: string }): { isGeneric: boolean };
}

/** Not exported by the package, so its file is imported. */
const agentsParserFile = join(
  import.meta.dirname,
  '../../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs',
);

/** Events that the agents package has no name for; it lets them pass. */
const strangeToAgents: ReadonlySet<string> = new Set(['conversation.item.input_audio_transcription.segment']);

/**
 * Every frame passes our own checks in its direction, and every server frame the parser of the agents package, which
 * silently ignores what it cannot read; the events keep the laws of a session; and of errors there were these codes.
 */
export async function expectSound(frames: readonly Frame[], errorCodes: readonly string[] = []): Promise<void> {
  const agents: AgentsParser = await import(pathToFileURL(agentsParserFile).href);
  const problems = frames.flatMap(({ from, text }) => {
    const parsed = from === 'client' ? parseClientEvent(text) : parseServerEvent(text);
    if (!parsed.ok) return [`${from}: ${parsed.error.message} in ${text.slice(0, 300)}`];
    if (!parsed.known) return [`${from}: unknown type in ${text.slice(0, 300)}`];
    if (from === 'client' || strangeToAgents.has(parsed.event.type)) return [];
    return agents.parseRealtimeEvent({ data: text }).isGeneric
      ? [`the agents package cannot read ${text.slice(0, 300)}`]
      : [];
  });
  expect([...problems, ...breaches(frames)]).toEqual([]);
  expect(frames.some(({ from }) => from === 'server')).toBe(true);
  expect(serverEvents(frames).flatMap(({ type, error }) => (type === 'error' ? [error] : []))).toEqual(
    errorCodes.map((code) => expect.objectContaining({ code })),
  );
}

/**
 * The laws of behaviour §9 that these frames break. A recording does not tell which frame made the server send what, so
 * all of it counts as one moment, in which the client said all that it said.
 */
function breaches(frames: readonly Frame[]): string[] {
  const causes: Cause[] = [];
  const sent: ServerEvent[] = [];
  let microphone: AudioFormatName = 'audio/pcm';
  for (const { from, text } of frames) {
    if (from === 'server') {
      const parsed = parseServerEvent(text);
      if (parsed.ok && parsed.known) sent.push(parsed.event);
    } else {
      const parsed = parseClientEvent(text);
      if (!parsed.ok || !parsed.known) continue;
      causes.push(causeOf(parsed.event, microphone));
      microphone = formatAfter(parsed.event) ?? microphone;
    }
  }
  const broken = brokenLaws(traceOf([{ causes, sent, closes: false }]));
  return broken.map(({ law, breach }) => `law ${law.number}, ${law.says}: ${breach}`);
}

/** The format of the microphone that a client has chosen with this event. */
function formatAfter(event: ClientEvent): AudioFormatName | undefined {
  return event.type === 'session.update' ? event.session.audio?.input?.format?.type : undefined;
}

/** What the client did. The laws count sound in the format that a session begins with. */
function causeOf(event: ClientEvent, microphone: AudioFormatName): Cause {
  if (event.type !== 'input_audio_buffer.append') return { by: 'client', event };
  const ms = bytesToExactMs(Buffer.from(event.audio, 'base64').length, microphone);
  return { by: 'microphone', bytes: msToBytes(Math.ceil(ms), 'audio/pcm'), eventId: event.event_id ?? null };
}
