import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import type { ServerEventMap } from '../../src/protocol/types.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import type { Moment } from '../../src/server/observability/observation/moment.ts';
import { blindWatch, type Observer, type SessionWatch } from '../../src/server/observability/observation/observer.ts';
import { openSession } from '../../src/server/session/session.ts';
import { memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { append } from '../promises/memory-client.ts';

/** A client in memory whose session is watched, under virtual time. */
export interface WatchedClient {
  readonly clock: VirtualClock;
  readonly events: readonly ServerEventMap[keyof ServerEventMap][];
  send(...events: readonly object[]): void;
  /** Speaks, or keeps silent at level 0, for so long, in frames of 20 ms as a microphone delivers them. */
  speak(ms: number, level?: number): void;
  leave(): void;
}

/** Opens a session with the scripted model, seen by `observer`; `header` is what its request carried. */
export function watched(
  observer: Observer,
  scenario: string,
  options: { readonly modelName?: string | null; readonly header?: Readonly<Record<string, string>> } = {},
): WatchedClient {
  const clock = virtualClock();
  const [server, wire] = memoryPair();
  const events: ServerEventMap[keyof ServerEventMap][] = [];
  wire.open({ frame: (text) => events.push(JSON.parse(text)), binary() {}, drained() {}, closed() {} });
  openSession({
    wire: server,
    model: scenarioModel(readScenario(scenario, 'scenario.yaml')),
    modelName: options.modelName === undefined ? 'test' : options.modelName,
    clock,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
    watch: (facts) => observer.opened({ ...facts, transport: 'websocket' }, (name) => options.header?.[name]),
  });
  return {
    clock,
    events,
    send: (...sent) => {
      for (const event of sent) wire.send(JSON.stringify(event));
    },
    speak(ms, level) {
      for (let spoken = 0; spoken < ms; spoken += 20) {
        clock.advance(20);
        wire.send(JSON.stringify(append(20, level)));
      }
    },
    leave: () => wire.close(1000, ''),
  };
}

/** An observer that writes down every moment. */
export function diary(): Observer & { readonly moments: readonly Moment[]; opened(): SessionWatch } {
  const moments: Moment[] = [];
  return {
    moments,
    refused() {},
    opened: () => ({ ...blindWatch, moment: (moment) => void moments.push(moment) }),
  };
}
