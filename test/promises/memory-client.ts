import type { Model } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import type { ServerEventMap } from '../../src/protocol/types.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { openSession } from '../../src/server/session/session.ts';
import { memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** A client in memory at the other end of a whole session. */
export interface MemoryClient {
  readonly clock: VirtualClock;
  /** Every event so far. */
  readonly events: readonly ServerEvent[];
  /** Sends an event; returns what the session sent because of it at once. */
  send(event: object): ServerEvent[];
  /** Sends a frame as it stands. */
  frame(text: string): ServerEvent[];
  /** All events of a type so far. */
  of<T extends ServerEvent['type']>(type: T): ServerEventMap[T][];
}

/** Opens a session with a model, or with the scripted model of a scenario. `null`: a transcription session. */
export function meet(model: Model | string, modelName: string | null = 'test'): MemoryClient {
  const clock = virtualClock();
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  const ignore = () => {};
  wire.open({ frame: (text) => events.push(JSON.parse(text)), binary: ignore, drained: ignore, closed: ignore });
  openSession({
    wire: server,
    model: typeof model === 'string' ? scenarioModel(readScenario(model, 'scenario.yaml')) : model,
    modelName,
    clock,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
  });

  function frame(text: string): ServerEvent[] {
    const before = events.length;
    wire.send(text);
    return events.slice(before);
  }

  return {
    clock,
    events,
    send: (event) => frame(JSON.stringify(event)),
    frame,
    of: <T extends ServerEvent['type']>(type: T) =>
      events.filter((event): event is Extract<ServerEvent, { type: T }> & ServerEventMap[T] => event.type === type),
  };
}

/** So many milliseconds of 24 kHz sound in base64: a buzz of 150 Hz, which passes for speech, or silence at level 0. */
export function sound(ms: number, level = 8000): string {
  const samples = Int16Array.from({ length: ms * 24 }, (_, index) => (index % 160 < 80 ? level : -level));
  return Buffer.from(samples.buffer).toString('base64');
}

/** An append of such sound. */
export function append(ms: number, level?: number): object {
  return { type: 'input_audio_buffer.append', audio: sound(ms, level) };
}

/** An update of a realtime session. */
export function update(session: object): object {
  return { type: 'session.update', session: { type: 'realtime', ...session } };
}

/** A typed user message as an event. */
export function typed(text: string, id?: string): object {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text }] };
  return { type: 'conversation.item.create', item: id === undefined ? item : { id, ...item } };
}
