import { describe, expect, it } from 'vitest';
import type { ConnectionChange, RealtimeSession, SessionOptions } from '../../src/client/index.ts';
import { connect } from '../../src/client/index-node.ts';
import { listen } from '../../src/server/index.ts';
import { start } from '../e2e/running-program.ts';
import { echo } from '../e2e/test-server.ts';
import { cuttingProxy } from './cutting-proxy.ts';
import { conversationOf, join, type MemoryServer, memoryServer, pass, sound, typed } from './memory-server.ts';

const scenario = 'hear: [good morning]\npace: { delta_ms: 40 }\nreplies: [{ steps: [{ say: "You said: {input}" }] }]';
const vad = { type: 'server_vad', silence_duration_ms: 200 } as const;
const settings = {
  type: 'realtime',
  instructions: 'Repeat.',
  audio: { input: { turn_detection: vad, transcription: { model: 'whisper-1' } } },
} as const;
const text: SessionOptions = { session: { type: 'realtime', output_modalities: ['text'] } };

/** How the next loss ends. */
function backAgain(session: RealtimeSession): Promise<ConnectionChange> {
  return new Promise((resolve) => {
    session.onConnection((change) => {
      if (change.type !== 'reconnecting') resolve(change);
    });
  });
}

/** What the user says aloud, 20 ms at a time, and the silence after it. */
async function speak(session: RealtimeSession, server: MemoryServer): Promise<void> {
  for (let sent = 0; sent < 700; sent += 20) {
    if (session.connection === 'open') session.appendAudio(sound(20, sent < 400 ? 8000 : 0));
    await pass(server.clock, 20);
  }
}

describe('a connection cut at any step of a turn', () => {
  /** The user speaks, the server answers; then the user types. Returns what the last connection holds. */
  async function turn(cutAfter: number | null) {
    const server = memoryServer(scenario, cutAfter === null ? {} : { cutAfter });
    const session = await join(server, { session: settings });
    const errors: unknown[] = [];
    session.on('error', ({ error }) => errors.push(error));
    const known: string[] = [];
    session.on('conversation.item.done', ({ item }) => {
      if (item.id !== undefined && !known.includes(item.id)) known.push(item.id);
    });
    await speak(session, server);
    await pass(server.clock, 1_500);
    // What the cut took is asked for again, as an app would.
    await session
      .createItem(typed('and now'))
      .catch(() => pass(server.clock, 20).then(() => session.createItem(typed('and now'))));
    const answer = async () => {
      const { done } = session.respond();
      done.catch(() => {});
      await pass(server.clock, 1_500);
      return done;
    };
    const done = await answer().catch(answer);
    return { server, session, errors, known, done };
  }

  it('goes on', async () => {
    const whole = await turn(null);
    const frames = whole.server.said.length;
    expect(await conversationOf(whole.session, whole.known)).toEqual([
      'user: good morning',
      'assistant: You said: good morning',
      'user: and now',
      'assistant: You said: and now',
    ]);
    expect(frames).toBeGreaterThan(40);
    // The first frame is session.created, the second answers the settings: until then the session is not ready.
    let restored = 0;
    for (let cutAfter = 3; cutAfter <= frames; cutAfter++) {
      const where = `cut after frame ${cutAfter}, ${whole.server.said[cutAfter - 1]?.type}`;
      const { server, session, errors, known, done } = await turn(cutAfter).catch((error: unknown) => {
        throw new Error(where, { cause: error });
      });
      expect([where, server.connections.length, session.connection, errors]).toEqual([where, 2, 'open', []]);
      expect([where, session.config]).toMatchObject([where, { instructions: 'Repeat.' }]);
      if (done.status !== 'completed') throw new Error(`${where}: ${done.status}`);
      expect([where, done.output?.[0]]).toMatchObject([where, { content: [{ transcript: 'You said: and now' }] }]);
      const held = await conversationOf(
        session,
        known.filter((id) => session.isRestored(id)),
      );
      restored += held.length;
      expect([where, new Set(held).size]).toEqual([where, held.length]);
      session.close();
    }
    expect(restored).toBeGreaterThan(20);
  });
});

describe('over a socket', () => {
  it('a connection that the network drops at any step of a turn is made again, and the turn too', async () => {
    const program = start(['serve', '--port', '0']);
    const proxy = await cuttingProxy(await program.url());
    const steps = [
      'session.updated',
      'conversation.item.added',
      'response.created',
      'response.output_item.added',
      'response.output_text.delta',
      'response.done',
    ];
    for (const [index, step] of steps.entries()) {
      // Told again, and not taken up: that is for servers that don't offer it.
      const reconnect = { firstDelayMs: 20, resume: false };
      const session = await connect({ url: proxy.url, model: 'echo', reconnect });
      const back = backAgain(session);
      session.once(step, () => proxy.cut());
      void session.update({ output_modalities: ['text'] }).catch(() => {});
      void session.createItem({ id: 'first', ...typed('hello') }).catch(() => {});
      void session.respond().done.catch(() => {});
      expect([step, await back]).toMatchObject([step, { type: 'reconnected' }]);
      await session.update({ output_modalities: ['text'] });
      await session.createItem(typed('still there?'));
      const done = await session.respond().done;
      expect([step, done.output]).toMatchObject([step, [{ content: [{ text: 'You said: still there?' }] }]]);
      // Before that step it depends on the network what had come.
      expect([step, index < 2 || session.isRestored('first')]).toEqual([step, true]);
      expect(proxy.count).toBe(2 * (index + 1));
      session.close();
      await session.closed;
    }
    await proxy.close();
    program.kill('SIGTERM');
    expect(await program.exited()).toBe(0);
  });

  it('a server that restarts is found again', async () => {
    const first = await listen({ port: 0, models: { echo } });
    const port = Number(new URL(first.url).port);
    const session = await connect({ url: first.url, model: 'echo', ...text, reconnect: { firstDelayMs: 20 } });
    const { item } = await session.createItem(typed('hello'));
    const back = backAgain(session);
    await first.close();
    const second = await listen({ port, models: { echo } });
    expect(await back).toMatchObject({ type: 'reconnected', restoredItemIds: [item.id] });
    const done = await session.respond().done;
    expect(done.output).toMatchObject([{ content: [{ text: 'You said: hello' }] }]);
    session.close();
    await session.closed;
    await second.close();
  });
});
