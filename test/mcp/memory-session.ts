import type { Model } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import type { ServerEventMap } from '../../src/protocol/types.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import type { LogFields, SessionLog } from '../../src/server/log.ts';
import { type Resolve, systemResolve } from '../../src/server/mcp/guarded-fetch.ts';
import { type McpSettings, mcpRules } from '../../src/server/mcp/rules.ts';
import type { SessionHandle } from '../../src/server/session/host.ts';
import { openSession } from '../../src/server/session/session.ts';
import { memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';

export type ServerEvent = ServerEventMap[keyof ServerEventMap];
type Type = ServerEvent['type'];

/** A session at one end of a pair in memory, its client at the other; MCP servers are real. */
export interface MemorySession {
  readonly clock: VirtualClock;
  readonly events: readonly ServerEvent[];
  readonly handle: SessionHandle;
  /** Every log line, as JSON. */
  readonly logged: readonly string[];
  send(event: object): void;
  types(): Type[];
  /** Resolves with the first event of this type that has not been waited for. */
  next<T extends Type>(type: T): Promise<ServerEventMap[T]>;
  close(): Promise<void>;
}

export interface Opening extends McpSettings {
  readonly resolve?: Resolve;
  readonly settled?: Parameters<typeof openSession>[0]['settled'];
}

export function openWith(
  scenario: string | Model,
  { resolve = systemResolve, settled, ...mcp }: Opening,
): MemorySession {
  const clock = virtualClock();
  const [wire, client] = memoryPair();
  const events: ServerEvent[] = [];
  const logged: string[] = [];
  let taken = 0;
  let arrived = (): void => {};
  client.open({
    frame(text) {
      events.push(JSON.parse(text));
      arrived();
    },
    binary() {},
    drained() {},
    closed() {},
  });
  const model = typeof scenario === 'string' ? scenarioModel(readScenario(scenario, 'test.yaml')) : scenario;
  const handle = openSession({
    wire,
    model,
    modelName: 'test',
    clock,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: noting(logged),
    mcp: { rules: mcpRules(mcp), resolve },
    ...(settled === undefined ? {} : { settled }),
  });
  return {
    clock,
    events,
    handle,
    logged,
    send: (event) => client.send(JSON.stringify(event)),
    types: () => events.map(({ type }) => type),
    async next(type) {
      for (;;) {
        for (; taken < events.length; taken++) {
          const event = events[taken];
          if (event !== undefined && isOf(event, type)) {
            taken++;
            return event;
          }
        }
        await new Promise<void>((goOn) => {
          arrived = goOn;
        });
      }
    },
    async close() {
      client.close(1000, 'OK');
      await handle.ended;
    },
  };
}

function isOf<T extends Type>(event: ServerEvent, type: T): event is ServerEventMap[T] & ServerEvent {
  return event.type === type;
}

function noting(lines: string[], inherited: LogFields = {}): SessionLog {
  const note = (message: string, fields: LogFields = {}): void =>
    void lines.push(JSON.stringify({ message, ...inherited, ...fields, err: String(fields['err'] ?? '') }));
  return {
    debug: note,
    info: note,
    warn: note,
    error: note,
    child: (fields) => noting(lines, { ...inherited, ...fields }),
  };
}
