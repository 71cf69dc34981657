import { type RealtimeSession, runTools, tool } from '../../src/client/index.ts';
import type { Model } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import type { Wire } from '../../src/wire/wire.ts';
import { type Frame, join, type MemoryServer, memoryServer, pass, settle, sound, typed } from './memory-server.ts';

export const vad = { type: 'server_vad', silence_duration_ms: 200 } as const;
const listening = (turn_detection: object | null) => ({ type: 'realtime', audio: { input: { turn_detection } } });

/** What the client sent and was told, in the order in which it did and was. */
export type Step = { readonly by: 'client' | 'server'; readonly frame: Frame };

export interface World {
  readonly server: MemoryServer;
  readonly session: RealtimeSession;
  readonly steps: readonly Step[];
  /** By response, the ids of the items that the model was given. */
  readonly contexts: ReadonlyMap<string, ReadonlySet<string>>;
  /** The oldest call that runs gets its output. */
  end(): void;
  readonly errors: readonly string[];
}

const scenario = `
replies:
  - when: { contains: two }
    pace: { delta_ms: 40 }
    steps: [{ call: { name: f, arguments: {} } }, { say: "let me see" }, { call: { name: f, arguments: {} } }]
  - when: { contains: one }
    pace: { delta_ms: 40 }
    steps: [{ call: { name: f, arguments: {} } }]
  - pace: { delta_ms: 70 }
    steps: [{ say: "one two three four" }]
`;

export async function world(detection: object | null, latencyMs = 0): Promise<World> {
  const contexts = new Map<string, ReadonlySet<string>>();
  const model = watched(scenarioModel(readScenario(scenario, 'scenario.yaml')), contexts);
  const server = memoryServer(model, latencyMs === 0 ? {} : { latencyMs });
  const steps: Step[] = [];
  const wire = async () => tapped(await server.dial(), steps);
  const session = await join(server, { wire, session: listening(detection) as never });
  const ends: (() => void)[] = [];
  const f = tool({
    name: 'f',
    timeoutMs: 600_000,
    run: () => new Promise<string>((give) => ends.push(() => give('done'))),
  });
  const respondWith = { metadata: { tag: 'tools' } };
  const errors: string[] = [];
  session.on('error', ({ error }) => void (error.event_id?.startsWith('raw_') || errors.push(error.code ?? '')));
  await Promise.all([
    runTools(session, [f], { clock: server.clock, respondWith }).registered,
    pass(server.clock, 1_000),
  ]);
  return { server, session, steps, contexts, errors, end: () => ends.shift()?.() };
}

/** The model, with what it reads written down. */
function watched(model: Model, contexts: Map<string, ReadonlySet<string>>): Model {
  return {
    open() {
      const opened = model.open();
      return Object.assign(Object.create(opened), {
        respond(...[turn, signal]: Parameters<typeof opened.respond>) {
          contexts.set(turn.responseId, new Set(turn.items.map(({ item }) => item.id ?? '')));
          return opened.respond(turn, signal);
        },
      });
    },
  };
}

function tapped(wire: Wire, steps: Step[]): Wire {
  return {
    get pendingBytes() {
      return wire.pendingBytes;
    },
    send(text) {
      steps.push({ by: 'client', frame: JSON.parse(text) });
      wire.send(text);
    },
    close: (code, reason) => wire.close(code, reason),
    open(listener) {
      wire.open({
        ...listener,
        frame(text) {
          steps.push({ by: 'server', frame: JSON.parse(text) });
          listener.frame(text);
        },
      });
    },
  };
}

export type Told = { readonly id: string; readonly status: string; readonly conversation_id: string | null } & Frame;
export const responseOf = ({ frame }: Step): Told => frame['response'] as Told;
export const isTold = ({ by, frame }: Step, type: string) => by === 'server' && frame.type === type;

/** A create that followed from what tools gave. */
export function isFollowUp({ by, frame }: Step): boolean {
  const { metadata } = (frame['response'] ?? {}) as { metadata?: Readonly<Record<string, string>> };
  return by === 'client' && frame.type === 'response.create' && metadata?.['tag'] === 'tools';
}

/** The item that a step tells was added, where it is what a tool gave. */
export function outputOf(step: Step): string | null {
  const item = step.frame['item'] as { id: string; type: string } | undefined;
  return isTold(step, 'conversation.item.added') && item?.type === 'function_call_output' ? item.id : null;
}

/** Hears the user speak, or be silent, for so long. */
export async function hear({ session, server }: World, ms: number, level?: number): Promise<void> {
  for (let sent = 0; sent < ms; sent += 20) {
    session.appendAudio(sound(20, level));
    await pass(server.clock, 20);
  }
}

export async function ask({ session }: World, text: 'one' | 'two'): Promise<void> {
  session.createItem(typed(text)).catch(() => {});
  session.respond().done.catch(() => {});
  await settle();
}

export const followUps = ({ steps }: World): number => steps.filter(isFollowUp).length;
export const begun = ({ steps }: World): number => steps.filter((step) => isTold(step, 'response.created')).length;
