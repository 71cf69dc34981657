import * as z from 'zod';
import type { ConnectionChange } from '../../src/client/index.ts';
import { type RunToolsOptions, runTools } from '../../src/client/tools/run-tools.ts';
import { type Tool, type ToolSession, tool } from '../../src/client/tools/tool.ts';
import type { FunctionTool, Item, Response } from '../../src/protocol/events/index.ts';
import { virtualClock } from '../../src/testing/virtual-clock.ts';

export type Told = { readonly type: string; readonly [field: string]: unknown };

/** A session that does nothing but write down what it is asked for, and tell what it is told to. */
export function fakeSession(tools: FunctionTool[] = []) {
  const handlers: { readonly type: string; readonly handle: (event: never) => unknown }[] = [];
  const watchers: ((change: ConnectionChange) => unknown)[] = [];
  const created: Item[] = [];
  const updates: unknown[] = [];
  const failures: Error[] = [];
  let responses = 0;
  let end: () => void = () => {};
  const session: ToolSession = {
    on(type, handler) {
      const entry = { type, handle: handler };
      handlers.push(entry);
      return () => void handlers.splice(handlers.indexOf(entry), 1);
    },
    onConnection(watcher) {
      watchers.push(watcher);
      return () => void watchers.splice(watchers.indexOf(watcher), 1);
    },
    async update(change) {
      updates.push(change);
      return { type: 'session.updated', event_id: 'e', session: { type: 'realtime' } } as never;
    },
    async createItem(item) {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      created.push(item);
      return { type: 'conversation.item.added', event_id: 'e', item };
    },
    respond() {
      responses += 1;
      return { done: Promise.resolve({} satisfies Response) } as ReturnType<ToolSession['respond']>;
    },
    config: { type: 'realtime', tools } as ToolSession['config'],
    ready: Promise.resolve(),
    closed: new Promise((resolve) => {
      end = () => resolve({ code: 1000, reason: '' });
    }),
  };
  return {
    session,
    created,
    updates,
    failures,
    get responses() {
      return responses;
    },
    get handlers() {
      return handlers.length + watchers.length;
    },
    outputs: () => created.map((item) => (item.type === 'function_call_output' ? item.output : item.type)),
    end: () => end(),
    change(change: ConnectionChange) {
      for (const watcher of watchers) watcher(change);
    },
    async tell(...events: readonly Told[]) {
      for (const event of events) {
        for (const { type, handle } of handlers) if (type === '*' || type === event.type) handle(event as never);
      }
      await settled();
    },
  };
}

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

export const began = (id = 'r', conversation_id: string | null = 'conv'): Told => ({
  type: 'response.created',
  response: { id, conversation_id },
});
export const ended = (status = 'completed', id = 'r', output: readonly unknown[] = []): Told => ({
  type: 'response.done',
  response: { id, status, output },
});
export const item = (call: string, name: string, args = '{}', status = 'completed') => ({
  type: 'function_call',
  id: `item_${call}`,
  call_id: call,
  name,
  arguments: args,
  status,
});
export const called = (call: string, name: string, args = '{}', more: object = {}): Told => ({
  type: 'response.output_item.done',
  response_id: 'r',
  item: { ...item(call, name, args), ...more },
});

export const weather = tool({
  name: 'weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => `rain in ${city}`,
});
/** A tool that answers when it is told to. */
export function slow(settings: Partial<Tool> = {}) {
  const answers: ((answer: unknown) => void)[] = [];
  const signals: AbortSignal[] = [];
  const made = tool({
    ...settings,
    name: 'slow',
    run: (_args, { signal }) => {
      signals.push(signal);
      return new Promise<unknown>((resolve) => answers.push(resolve));
    },
  });
  return { made, signals, answer: (answer: unknown) => answers.shift()?.(answer) };
}

export function start(tools: readonly Tool[], options: RunToolsOptions = {}, held: FunctionTool[] = []) {
  const fake = fakeSession(held);
  const errors: unknown[] = [];
  const clock = virtualClock();
  const runner = runTools(fake.session, tools, { clock, onError: (error) => void errors.push(error), ...options });
  return { fake, runner, errors, clock };
}
