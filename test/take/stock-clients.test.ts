import { once } from 'node:events';
import { tool } from '@openai/agents-realtime';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import { connect } from '../../src/client/index-node.ts';
import { type Take, virtualClock } from '../../src/testing/index.ts';
import { agentsConversation } from '../clients/agents-conversation.ts';
import { openaiClient, openaiConversation } from '../clients/openai-conversation.ts';
import type { Program } from '../clients/program.ts';
import { scenario } from '../clients/scenario.ts';
import { frames as framesOf, speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { type McpTestServer, startMcpServer } from '../mcp/mcp-server.ts';
import { repeats } from '../setup/scale.ts';
import { recordingServer, replayingServer, sentIn } from './take-servers.ts';

/** Of a thousand replays at scale 10, each client's part. */
const times = repeats(250);

/** Holds a conversation, and gives the server's frames of it as they came. */
type Conversation = (program: Program) => Promise<readonly string[]>;

const tools = [
  tool({
    name: 'get_weather',
    description: 'The weather in a city',
    parameters: z.object({ city: z.string() }),
    execute: async () => 'sunny',
  }),
];

const agentsSpeaks: Conversation = async (program) => {
  const { speak, event, finish, frames } = await agentsConversation(program, { agent: { tools } });
  speak(framesOf(speech('What is the weather in Paris?', { beforeMs: 400, afterMs: 2500 }), 100));
  await event('response.done', 1);
  await finish();
  return serverTexts(frames);
};

const openaiErrs: Conversation = async (program) => {
  const { send, ask, event, finish, frames } = await openaiConversation(openaiClient(program));
  send({ type: 'response.cancel', response_id: 'resp_none', event_id: 'mine' });
  await event('error');
  ask('Good morning');
  await event('response.done');
  await finish(['response_cancel_not_active']);
  return serverTexts(frames);
};

const echoes = `
replies:
  - when: { contains: echo }
    steps: [{ call: { name: echo, arguments: { text: hi } } }, { say: "It said {output}." }]
`;

const story = `
seed: 3
replies:
  - when: { contains: story }
    pace: { delta_ms: 20 }
    steps: [{ say: "${'Once upon a time there was a parrot. '.repeat(20)}" }]
  - steps: [{ say: "You said: {input}" }]
`;

const openaiInterrupts: Conversation = async (program) => {
  const { send, ask, event, finish, frames } = await openaiConversation(openaiClient(program));
  ask('a story');
  const { item_id } = await event('response.output_audio.delta');
  send({ type: 'response.cancel' });
  send({ type: 'conversation.item.truncate', item_id: String(item_id), content_index: 0, audio_end_ms: 10 });
  await event('conversation.item.truncated');
  await event('response.done');
  await finish();
  return serverTexts(frames);
};

/** The agents package, whose hosted tool is on this MCP server. */
function agentsReach(mcp: McpTestServer): Conversation {
  const providerData = { type: 'mcp', server_label: 'docs', server_url: mcp.url, require_approval: 'never' } as const;
  const hosted = { type: 'hosted_tool', name: 'hosted_mcp', providerData } as const;
  return async (program) => {
    const { session, event, finish, frames } = await agentsConversation(program, { agent: { tools: [hosted] } });
    await event('mcp_list_tools.completed');
    await event('conversation.item.retrieved');
    session.sendMessage('please echo');
    await event('response.mcp_call.completed');
    await event('response.done');
    await finish();
    return serverTexts(frames);
  };
}

/** An hour, in steps after each of which the server has had its answer to whether the client is still there. */
const stepMs = 10_000;
const stepsOfAnHour = 360;

/** The openai package, whose session is cut at its age. `pass` lets time pass where it does not by itself. */
function openaiGrowsOld(pass: (ms: number) => void = () => {}): Conversation {
  return async (program) => {
    const { client, ask, event, frames } = await openaiConversation(openaiClient(program));
    const { socket } = client;
    const closed = new Promise((resolve) => void socket.addEventListener('close', ({ code }) => resolve(code)));
    ask('Good morning');
    await event('response.done');
    await event('rate_limits.updated');
    for (let step = 0; step < stepsOfAnHour && socket.readyState === socket.OPEN; step++) {
      pass(stepMs);
      // oxlint-disable-next-line no-await-in-loop -- step after step
      await answeredTwice(socket);
    }
    return [...serverTexts(frames), `closed with ${String(await closed)}`];
  };
}

/** What a server asked before it answers the second time has reached us, and our answer it. */
async function answeredTwice(socket: WebSocket): Promise<void> {
  for (let asked = 0; asked < 2 && socket.readyState === socket.OPEN; asked++) {
    const gone = new AbortController();
    const { signal } = gone;
    socket.ping();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await Promise.race([once(socket, 'pong', { signal }), once(socket, 'close', { signal })]);
    gone.abort();
  }
}

/**
 * Our client, whose ids are its own each time: what they are is left out, as are the handles that no take holds, and the news
 * that the session was written down, which come when it was.
 */
const oursTalks: Conversation = async (program) => {
  const frames: string[] = [];
  const session = await connect({
    url: program.url,
    model: 'gpt-realtime',
    session: { type: 'realtime', instructions: 'Be brief.' },
    onEvent: (event) => void frames.push(JSON.stringify(event)),
  });
  await session.createItem({
    type: 'message',
    role: 'user',
    content: [{ type: 'input_text', text: 'Good morning' }],
  });
  await session.respond({ output_modalities: ['text'] }).done;
  await until('the limits to be told', () => frames.some((frame) => frame.includes('rate_limits.updated')));
  session.close();
  await session.closed;
  const added: { readonly item: { readonly id: string } } = JSON.parse(
    frames.find((frame) => frame.includes('conversation.item.added')) ?? '',
  );
  const said = frames.filter((frame) => !frame.startsWith('{"type":"session.resumption.updated"'));
  return said.map((frame) => frame.replaceAll(added.item.id, 'own').replaceAll(/(?<="handle":")[^"]*/g, '…'));
};

function serverTexts(frames: readonly { readonly from: string; readonly text: string }[]): string[] {
  return frames.filter(({ from }) => from === 'server').map(({ text }) => text);
}

/** The same, and how the server closed. */
function sentAndClosed(take: Take): string[] {
  const closes = take.entries.flatMap((entry) => (entry.is === 'closed' ? [`closed with ${entry.closed.code}`] : []));
  return [...sentIn(take), ...closes];
}

async function replayed(
  take: Take,
  conversation: Conversation,
  recorded: readonly string[] = sentIn(take),
): Promise<void> {
  const program = await replayingServer(take);
  for (let time = 0; time < times; time++) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await conversation(program)).toEqual(recorded);
  }
}

describe('our client', () => {
  it('finds its own ids and metadata in what is played, and the rest as it was', async () => {
    const server = await recordingServer(scenario);
    const live = await oursTalks(server);
    const take = await server.take();
    const program = await replayingServer(take);
    for (let time = 0; time < times; time++) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await oursTalks(program)).toEqual(live);
    }
  });
});

describe('a stock client', () => {
  it.each<[string, string, Conversation]>([
    ['the agents package, which speaks and calls a tool', scenario, agentsSpeaks],
    ['the openai package, which is told of a mistake', scenario, openaiErrs],
    ['the openai package, which interrupts', story, openaiInterrupts],
  ])('is sent the same bytes as often as its take is played: %s', async (_, script, conversation) => {
    const server = await recordingServer(script);
    const live = await conversation(server);
    const take = await server.take();
    expect(sentIn(take)).toEqual(live);
    await replayed(take, conversation);
  });

  it('is sent the same bytes with no MCP server there: the agents package, whose tools are on one', async () => {
    const mcp = await startMcpServer();
    try {
      const server = await recordingServer(echoes, { mcp: { allow: [mcp.url] } });
      const conversation = agentsReach(mcp);
      const live = await conversation(server);
      const take = await server.take();
      expect(sentIn(take)).toEqual(live);
      await mcp.close();
      await replayed(take, conversation);
      expect(mcp.calls).toEqual(['echo']);
    } finally {
      await mcp.close();
    }
  });

  it('is closed as its take was, an hour later: the openai package', async () => {
    const clock = virtualClock();
    const server = await recordingServer(scenario, { clock });
    const live = await openaiGrowsOld((ms) => clock.advance(ms))(server);
    const take = await server.take();
    expect(live.slice(-2)).toEqual([expect.stringContaining('"session_expired"'), 'closed with 1001']);
    expect(sentAndClosed(take)).toEqual(live);
    await replayed(take, openaiGrowsOld(), live);
  });
});
