import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connect, type RealtimeSession } from '../../src/client/index.ts';
import type { Approve } from '../../src/client/tools/approval.ts';
import { type RunToolsOptions, runTools } from '../../src/client/tools/run-tools.ts';
import { type Tool, tool } from '../../src/client/tools/tool.ts';
import { wordsOf } from '../../src/client/view/item.ts';
import { emptyView, type View } from '../../src/client/view/state.ts';
import { fold } from '../../src/client/view/view.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { systemResolve } from '../../src/server/mcp/guarded-fetch.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { openSession } from '../../src/server/session/session.ts';
import { memoryPair, virtualClock } from '../../src/testing/index.ts';
import { type McpTestServer, startMcpServer } from '../mcp/mcp-server.ts';
import { type Frame, join, type MemoryServer, memoryServer, pass, settle, sound, typed } from './memory-server.ts';

const scenario = `
seed: 1
replies:
  - when: { tool: weather }
    steps: [{ say: "It is {output}." }]
  - when: { tool: slow }
    steps: [{ say: "At last: {output}." }]
  - when: { tool: nowhere }
    steps: [{ say: "Well: {output}" }]
  - when: { contains: both }
    pace: { delta_ms: 20 }
    steps:
      - say: "Let me see."
      - call: { name: weather, arguments: { city: Paris } }
      - call: { name: slow, arguments: {} }
  - when: { contains: weather }
    steps: [{ call: { name: weather, arguments: { city: Oslo } } }]
  - when: { contains: nowhere }
    steps: [{ call: { name: nowhere } }]
  - steps: [{ say: "You said: {input}" }]
`;

const weather = tool({
  name: 'weather',
  parameters: z.object({ city: z.string() }),
  run: ({ city }) => `rain in ${city}`,
});

interface Call {
  readonly server: MemoryServer;
  readonly session: RealtimeSession;
  readonly errors: unknown[];
  view(): View;
}

async function call(tools: readonly Tool[], options: RunToolsOptions = {}): Promise<Call> {
  const server = memoryServer(scenario);
  const session = await join(server, { reconnect: false, session: { type: 'realtime', output_modalities: ['text'] } });
  let view = emptyView();
  session.on('*', (event) => {
    view = fold(view, event);
  });
  const errors: unknown[] = [];
  const { clock } = server;
  const runner = runTools(session, tools, { clock, onError: (error) => void errors.push(error), ...options });
  await runner.registered;
  return { server, session, errors, view: () => view };
}

const told = ({ server }: Call, type: string): Frame[] => server.said.filter((frame) => frame.type === type);
const words = (at: Call): string[] =>
  at.view().items.flatMap((item) => (item.kind === 'message' ? [wordsOf(item)] : []));

async function say(at: Call, text: string): Promise<void> {
  at.session.createItem(typed(text)).catch(() => {});
  at.session.respond().done.catch(() => {});
  await settle();
}

describe('tools in a session', () => {
  it('answer the model, which goes on', async () => {
    const at = await call([weather]);
    await say(at, 'the weather?');
    await pass(at.server.clock, 100);
    expect(words(at)).toEqual(['the weather?', 'It is rain in Oslo.']);
    expect(at.view().items.find(({ kind }) => kind === 'function_call')).toMatchObject({ output: 'rain in Oslo' });
    expect(told(at, 'error')).toEqual([]);
  });

  it('that take their time hold up neither the session nor each other, and share one response', async () => {
    let answer: (text: string) => void = () => {};
    const slow = tool({
      name: 'slow',
      run: () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
    });
    const at = await call([weather, slow]);
    await say(at, 'both');
    await pass(at.server.clock, 2000);
    await say(at, 'still there?');
    await pass(at.server.clock, 100);
    expect(words(at)).toEqual(['both', 'Let me see.', 'still there?', 'You said: still there?']);
    answer('done');
    await pass(at.server.clock, 100);
    expect(words(at).at(-1)).toBe('At last: done.');
    expect(told(at, 'response.created')).toHaveLength(3);
    expect(told(at, 'error')).toEqual([]);
  });

  it('that nobody has are explained to the model', async () => {
    const at = await call([weather]);
    await say(at, 'nowhere');
    await pass(at.server.clock, 100);
    expect(words(at).at(-1)).toContain('There is no tool called \\"nowhere\\"');
  });

  it('finish while the user speaks: what the user says is answered with their output, and nothing follows', async () => {
    const at = await call([tool({ name: 'weather', timeoutMs: 300, run: () => new Promise(() => {}) })]);
    await say(at, 'weather');
    for (let spoken = 0; spoken < 600; spoken += 20) {
      at.session.appendAudio(sound(20));
      await pass(at.server.clock, 20);
    }
    for (let silent = 0; silent < 800; silent += 20) {
      at.session.appendAudio(sound(20, 0));
      await pass(at.server.clock, 20);
    }
    await pass(at.server.clock, 5000);
    expect(told(at, 'error')).toEqual([]);
    expect(told(at, 'response.done').map(({ response }) => (response as { status: string }).status)).toEqual([
      'completed',
      'completed',
    ]);
    expect(at.view().items.filter(({ kind }) => kind === 'function_call_output')).toHaveLength(1);
  });

  it('leave nothing behind when the session goes while they run', async () => {
    const signals: AbortSignal[] = [];
    const slow = tool({ name: 'weather', run: (_args, { signal }) => new Promise(() => void signals.push(signal)) });
    const at = await call([slow]);
    await say(at, 'weather');
    at.session.close();
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(
      at.server.heard.filter(({ item }) => (item as { type?: string } | undefined)?.type === 'function_call_output'),
    ).toEqual([]);
    expect(at.errors).toEqual([]);
  });
});

const mcpScenario = `
seed: 1
replies:
  - when: { contains: echo }
    steps: [{ call: { name: echo, arguments: { text: hi } } }, { say: "It said {output}." }]
  - steps: [{ say: "You said: {input}" }]
`;

describe('approvals of MCP calls', () => {
  let mcp: McpTestServer;
  let session: RealtimeSession | null = null;
  afterEach(async () => {
    session?.close();
    await mcp.close();
  });

  /** Asks for a call that needs approval, and waits for what the model says in the end. */
  async function ask(approve: Approve): Promise<{ view: View; errors: number }> {
    mcp = await startMcpServer();
    const [wire, client] = memoryPair();
    const clock = virtualClock();
    const network = { rules: mcpRules({ allow: [`http://127.0.0.1:${mcp.port}/*`] }), resolve: systemResolve };
    const model = scenarioModel(readScenario(mcpScenario, 'mcp.yaml'));
    const common = { limits: defaultLimits, sendConversationCreated: false, log: silentLog, mcp: network };
    openSession({ wire, model, modelName: 'test', clock, ...common });
    const opened = await connect({ wire: client, clock });
    session = opened;
    let view = emptyView();
    opened.on('*', (event) => {
      view = fold(view, event);
    });
    runTools(opened, [], { register: false, clock, approve });
    const server = {
      type: 'mcp' as const,
      server_label: 'test',
      server_url: mcp.url,
      require_approval: 'always' as const,
    };
    const listed = opened.next('mcp_list_tools.completed');
    await opened.update({ type: 'realtime', output_modalities: ['text'], tools: [server] });
    await listed;
    await opened.createItem(typed('echo'));
    const spoken = opened.next('response.output_text.done');
    opened.respond();
    await spoken;
    await settle();
    return { view, errors: view.lastError === null ? 0 : 1 };
  }

  it('let the server make the call and go on by itself', async () => {
    const { view, errors } = await ask(() => true);
    expect(view.items.map(({ kind }) => kind)).toEqual([
      'mcp_list_tools',
      'message',
      'mcp_approval_request',
      'mcp_approval_response',
      'mcp_call',
      'message',
    ]);
    expect(view.items.at(2)).toMatchObject({ answer: { approve: true } });
    expect(view.items.map(wordsOf).at(-1)).toBe('It said echo hi.');
    expect(mcp.calls).toEqual(['echo']);
    expect(errors).toBe(0);
  });

  it('refuse it, and have the model say so', async () => {
    const { view, errors } = await ask(() => ({ approve: false, reason: 'not today' }));
    expect(view.items.find(({ kind }) => kind === 'mcp_call')).toMatchObject({
      phase: 'failed',
      error: { message: 'The call was refused: not today' },
    });
    expect(view.items.at(-1)).toMatchObject({ kind: 'message', role: 'assistant' });
    expect(mcp.calls).toEqual([]);
    expect(errors).toBe(0);
  });
});
