import type { Effect } from '../../core/effect.ts';
import type { Input } from '../../core/input.ts';
import type { McpAccess, McpOutcome } from '../../core/session.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { Connect, McpConnection } from './connection.ts';
import { listedTools } from './listed-tools.ts';
import { errorOf, outcomeOf, reasonOf, timedOut } from './outcome.ts';

/** How long a server has to list its tools, connecting included, in milliseconds. */
export const listTimeoutMs = 30_000;

/** How long a call may take, in milliseconds. */
export const callTimeoutMs = 60_000;

export interface McpWorkOptions {
  readonly connect: Connect;
  readonly clock: Clock;
  readonly log: SessionLog;
  readonly feed: (input: Input) => void;
}

type Call = Extract<Effect, { do: 'call-tool' }>;

interface Running {
  /** The definition whose server it uses. */
  readonly serverId: string;
  /** Null for a listing. */
  readonly responseId: string | null;
  readonly stop: () => void;
}

type End<T> = { readonly value: T } | { readonly cause: unknown } | 'timeout';

/** What MCP servers do for one session. Every piece of work ends with one input, unless it is stopped before. */
export class McpWork {
  readonly #options: McpWorkOptions;
  readonly #connections = new Map<string, McpConnection>();
  /** Definitions that are out of use, but for calls that still run. */
  readonly #left = new Set<string>();
  /** Listings by the definition's id, calls by their item's. */
  readonly #running = new Map<string, Running>();

  constructor(options: McpWorkOptions) {
    this.#options = options;
  }

  list(access: McpAccess): void {
    const { id, label } = access;
    const list = async (signal: AbortSignal) => listedTools(await this.#connection(access).list(signal));
    this.#run(id, { serverId: id, responseId: null, timeoutMs: listTimeoutMs, job: list }, (end) => {
      if (typeof end === 'object' && 'value' in end && end.value !== null) {
        this.#options.log.info('mcp tools listed', { server: label, tools: end.value.length });
        return this.#feed({ say: 'listed', id, tools: end.value });
      }
      this.#options.log.warn('mcp tools could not be listed', { server: label, reason: reasonWhy(end) });
      this.#feed({ say: 'list_failed', id });
    });
  }

  call({ responseId, itemId, access, name, arguments: args }: Call): void {
    const call = (signal: AbortSignal) => this.#connection(access).call(name, args, signal);
    this.#run(itemId, { serverId: access.id, responseId, timeoutMs: callTimeoutMs, job: call }, (end) => {
      const outcome = toOutcome(end, access);
      if ('error' in outcome) {
        const { type } = outcome.error;
        this.#options.log.warn('mcp call failed', { server: access.label, tool: name, type, reason: reasonWhy(end) });
      }
      this.#feed({ say: 'called', itemId, outcome });
    });
  }

  /** Stops a listing or a call; nothing is heard of it. */
  abort(id: string): void {
    this.#running.get(id)?.stop();
  }

  /** Stops the call that a response waits for. */
  abortResponse(responseId: string): void {
    for (const running of this.#running.values()) if (running.responseId === responseId) running.stop();
  }

  leave(id: string): void {
    this.abort(id);
    this.#left.add(id);
    this.#closeIfLeft(id);
  }

  stop(): void {
    for (const running of this.#running.values()) running.stop();
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  #connection(access: McpAccess): McpConnection {
    const known = this.#connections.get(access.id);
    if (known !== undefined) return known;
    const fresh = this.#options.connect(access);
    this.#connections.set(access.id, fresh);
    return fresh;
  }

  /** A response that began before the label was defined anew still makes its calls where it began. */
  #closeIfLeft(id: string): void {
    const isUsed = [...this.#running.values()].some(({ serverId }) => serverId === id);
    if (isUsed || !this.#left.has(id)) return;
    this.#connections.get(id)?.close();
    this.#connections.delete(id);
  }

  #run<T>(id: string, task: Task<T>, settle: (end: End<T>) => void): void {
    const controller = new AbortController();
    const finish = (end: End<T> | null): void => {
      if (this.#running.get(id) !== running) return;
      this.#running.delete(id);
      cancelTimeout();
      if (end === null || end === 'timeout') controller.abort();
      this.#closeIfLeft(task.serverId);
      if (end !== null) settle(end);
    };
    const cancelTimeout = this.#options.clock.after(task.timeoutMs, () => finish('timeout'));
    const { serverId, responseId } = task;
    const running: Running = { serverId, responseId, stop: () => finish(null) };
    this.#running.set(id, running);
    void task.job(controller.signal).then(
      (value) => finish({ value }),
      (cause) => finish({ cause }),
    );
  }

  #feed(input: News): void {
    this.#options.feed({ at: this.#options.clock.now(), from: 'mcp', ...input });
  }
}

type FromMcp = Extract<Input, { from: 'mcp' }>;
type Told<T> = T extends FromMcp ? Omit<T, 'at' | 'from'> : never;
type News = Told<FromMcp>;

interface Task<T> {
  readonly serverId: string;
  readonly responseId: string | null;
  readonly timeoutMs: number;
  readonly job: (signal: AbortSignal) => Promise<T>;
}

function toOutcome(end: End<Parameters<typeof outcomeOf>[0]>, access: McpAccess): McpOutcome {
  if (end === 'timeout') return timedOut;
  return 'value' in end ? outcomeOf(end.value) : { error: errorOf(end.cause, secretsOf(access)) };
}

function reasonWhy(end: End<unknown>): string {
  if (end === 'timeout') return 'timeout';
  return 'cause' in end ? reasonOf(end.cause) : end.value === null ? 'too many tools' : 'the tool failed';
}

/** What must not come back in a server's words: header values, and a token also without its scheme. */
function secretsOf({ headers }: McpAccess): string[] {
  return Object.values(headers)
    .flatMap((value) => [value, value.replace(/^\S+ /, '')])
    .filter((value) => value.length >= 4);
}
