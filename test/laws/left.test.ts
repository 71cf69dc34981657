import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src/laws/trace.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { openSession } from '../../src/server/session/session.ts';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { virtualClock } from '../../src/testing/virtual-clock.ts';
import { memoryPair } from '../../src/wire/memory.ts';
import { repeats } from '../setup/scale.ts';
import { CutClient } from './cut-client.ts';
import { wireEngines } from './wire-engines.ts';
import { runOnWire } from './wire-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const runs = repeats(500);

/** Runs the program up to a share of its steps, then leaves the session until it has left the server. */
async function leave(program: Program, share: number) {
  const steps = program.steps.slice(0, Math.ceil(share * program.steps.length));
  const clients: CutClient[] = [];
  const run = await runOnWire({ ...program, steps: [...steps, { do: 'hang-up' }] }, 'async', (clock, modelName) => {
    const client = new CutClient(clock, modelName, { leaves: true });
    clients.push(client);
    return client;
  });
  return { run, left: (await clients[0]?.left()) ?? null };
}

type Left = NonNullable<Awaited<ReturnType<typeof leave>>['left']>;

/** What a client is told first that takes the session up on another server. */
function takeUp(program: Program, { reopened }: Left): ServerEvent[] {
  const [server, client] = memoryPair();
  const events: ServerEvent[] = [];
  const ignore = () => {};
  client.open({ frame: (text) => events.push(JSON.parse(text)), binary: ignore, drained: ignore, closed: ignore });
  openSession({
    wire: server,
    model: wireEngines(program, false).model,
    modelName: 'test',
    clock: virtualClock(),
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
    reopened,
  });
  return events;
}

describe('a session that was left', () => {
  it('tells each item that it has told of once and in order, ends what ran once, and uses no id again', async () => {
    const met = { left: 0, items: 0, whole: 0 };
    const share = fc.nat(999).map((thousandths) => thousandths / 1000);
    const property = fc.asyncProperty(programs(fc), share, async (program, until) => {
      const { run, left } = await leave(program, until);
      if (left === null) return;
      const { view } = left;
      met.left += 1;
      met.items += view.order.length;
      met.whole += left.isWhole ? 1 : 0;
      const [greeting, ...told] = takeUp(program, left);
      expect(greeting).toMatchObject({ type: 'session.created', session: { id: view.config?.id } });
      const added = told.flatMap((event) => (event.type === 'conversation.item.added' ? [event.item.id] : []));
      expect(added).toEqual(view.order);
      const ended = told.flatMap((event) => (event.type === 'response.done' ? [event.response.id] : []));
      expect(ended.toSorted()).toEqual([...view.running.keys()].toSorted());
      const ids = [...run.frames.map((text): ServerEvent => JSON.parse(text)), ...told].flatMap((event) =>
        'event_id' in event ? [event.event_id] : [],
      );
      expect(new Set(ids).size).toBe(ids.length);
    });
    await fc.assert(property, { seed, numRuns: runs });
    expect(Math.min(met.left, met.items)).toBeGreaterThan(runs / 2);
  });
});
