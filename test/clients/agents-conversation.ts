import {
  OpenAIRealtimeWebSocket,
  RealtimeAgent,
  type RealtimeAgentConfiguration,
  RealtimeSession,
  type RealtimeSessionOptions,
} from '@openai/agents-realtime';
import { expect } from 'vitest';
import type { Program } from './program.ts';
import { type Frame, type Recording, record, watch } from './recording.ts';
import { expectSound } from './soundness.ts';
import { until } from './until.ts';

export interface AgentsConversation extends Recording {
  readonly session: RealtimeSession;
  readonly transport: OpenAIRealtimeWebSocket;
  /** What the session itself has told of, in order: audio as its length in bytes, everything else by name. */
  readonly told: readonly (string | number)[];
  /** Sends sound, a frame at a time. */
  speak(frames: readonly Uint8Array[]): void;
  /** Waits until all is answered, closes, and checks all that passed. `errorCodes`: those of the errors that were due. */
  finish(errorCodes?: readonly string[]): Promise<void>;
}

interface AgentsOptions {
  readonly agent?: Partial<Pick<RealtimeAgentConfiguration, 'tools' | 'voice' | 'instructions'>>;
  readonly config?: RealtimeSessionOptions['config'];
  readonly apiKey?: string;
  /** What follows the path; default a model. */
  readonly query?: string;
}

const toldOf = ['audio_start', 'audio_stopped', 'audio_interrupted', 'error'] as const;

/** The agents package's own session on its own WebSocket, with every frame recorded. */
export async function agentsConversation(program: Program, options: AgentsOptions = {}): Promise<AgentsConversation> {
  const { agent: agentOptions, config, apiKey = 'any', query = '?model=gpt-realtime' } = options;
  const transport = new OpenAIRealtimeWebSocket();
  let frames: Frame[] = [];
  transport.on('connection_change', () => {
    const { status, websocket } = transport.connectionState;
    if (status === 'connecting') frames = record(websocket);
  });
  const agent = new RealtimeAgent({ name: 'assistant', instructions: 'Be brief.', ...agentOptions });
  const session = new RealtimeSession(agent, { transport, model: 'gpt-realtime', ...(config && { config }) });
  const told: (string | number)[] = [];
  for (const name of toldOf) session.on(name, () => told.push(name));
  session.on('audio', ({ data }) => told.push(data.byteLength));
  await session.connect({ apiKey, url: `${program.socketUrl}/v1/realtime${query}` });
  const recording = watch(frames);
  // The session's own configuration, and after it that of tracing.
  await recording.event('session.updated', 1);
  return {
    ...recording,
    session,
    transport,
    told,
    speak(sound) {
      for (const frame of sound) session.sendAudio(Uint8Array.from(frame).buffer);
    },
    async finish(errorCodes = []) {
      const cleared = recording.events('input_audio_buffer.cleared').length;
      transport.sendEvent({ type: 'input_audio_buffer.clear' });
      await recording.event('input_audio_buffer.cleared', cleared);
      session.close();
      await expectSound(frames, errorCodes);
      expect(told.filter((name) => name === 'error')).toHaveLength(errorCodes.length);
    },
  };
}

/** The item of the session's history that this id names, as soon as it is as the condition says. */
export function remembered(
  { session }: AgentsConversation,
  isMeant: (item: RealtimeSession['history'][number]) => boolean,
): Promise<RealtimeSession['history'][number]> {
  return until('an item in the history', () => session.history.find(isMeant));
}
