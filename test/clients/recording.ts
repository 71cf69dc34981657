import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import type { WebSocket } from 'ws';
import { parseClientEvent, parseServerEvent } from '../../src/protocol/index.ts';

/** One text frame that passed, and who sent it. */
export interface Frame {
  readonly from: 'client' | 'server';
  readonly text: string;
}

/** Records every frame of a socket from now on. */
export function record(socket: WebSocket): Frame[] {
  const frames: Frame[] = [];
  const send = socket.send.bind(socket);
  socket.on('message', (data) => frames.push({ from: 'server', text: data.toString() }));
  socket.send = (data: unknown, ...rest: never[]) => {
    frames.push({ from: 'client', text: String(data) });
    Reflect.apply(send, socket, [data, ...rest]);
  };
  return frames;
}

/** The server's events of these frames, in order. */
export function serverEvents(frames: readonly Frame[]): { type: string; [key: string]: unknown }[] {
  return frames.filter(({ from }) => from === 'server').map(({ text }) => JSON.parse(text));
}

interface AgentsParser {
  parseRealtimeEvent(event: { data: string }): { isGeneric: boolean };
}

/** Not exported by the package, so its file is imported. */
const agentsParserFile = join(
  import.meta.dirname,
  '../../node_modules/@openai/agents-realtime/dist/openaiRealtimeEvents.mjs',
);

/**
 * Every frame passes our own checks in its direction, and every server frame the parser of the agents package, which
 * silently ignores what it cannot read; and there was no error.
 */
export async function expectSound(frames: readonly Frame[]): Promise<void> {
  const agents: AgentsParser = await import(pathToFileURL(agentsParserFile).href);
  const problems = frames.flatMap(({ from, text }) => {
    const parsed = from === 'client' ? parseClientEvent(text) : parseServerEvent(text);
    if (!parsed.ok) return [`${from}: ${parsed.error.message} in ${text.slice(0, 300)}`];
    if (!parsed.known) return [`${from}: unknown type in ${text.slice(0, 300)}`];
    if (from === 'client') return [];
    if (parsed.event.type === 'error') return [`error event: ${text}`];
    return agents.parseRealtimeEvent({ data: text }).isGeneric
      ? [`the agents package cannot read ${text.slice(0, 300)}`]
      : [];
  });
  expect(problems).toEqual([]);
  expect(frames.some(({ from }) => from === 'server')).toBe(true);
}
