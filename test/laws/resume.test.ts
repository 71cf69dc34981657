import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { Session } from '../../src/core/session.ts';
import { restore, type Snapshot, secretsIn, snapshot } from '../../src/core/snapshot.ts';
import type { ServerEvent } from '../../src/laws/trace.ts';
import { programs } from '../../src/testing/arbitraries.ts';
import type { Program } from '../../src/testing/program.ts';
import { repeats } from '../setup/scale.ts';
import { allOfCore } from './all-laws.ts';
import { type CoreRun, runOnCore, type Taken } from './core-run.ts';

const seed = Number(process.env['ANTIPHON_LAW_SEED'] ?? 20_260_101);
const canary = 'canary-of-a-secret';

/** The program with a token and a header for each MCP server that it names. */
function withCanaries(program: Program): Program {
  const secrets = `"type":"mcp","authorization":"${canary}","headers":{"x-key":"${canary}"},`;
  return JSON.parse(JSON.stringify(program).replaceAll('"type":"mcp",', secrets));
}

interface Case {
  readonly program: Program;
  /** Where in the program the session is resumed: 0 its start, 1 its end. */
  readonly share: number;
}

const anyCase: fc.Arbitrary<Case> = fc.record({
  program: programs(fc, { media: true }),
  share: fc.nat(999).map((thousandths) => thousandths / 1000),
});

interface Resumed {
  readonly run: CoreRun;
  readonly resumption: Taken;
}

/** The program with the session written down, read back and resumed in its midst. */
function resumedIn({ program, share }: Case): Resumed {
  const resumeAfter = 1 + Math.floor(share * (runOnCore(program).taken.length - 1));
  const run = runOnCore(program, { resumeAfter });
  const resumption = run.taken[resumeAfter];
  if (resumption === undefined) throw new Error('The session was not resumed.');
  return { run, resumption };
}

function always(runs: number, holds: (resumed: Resumed) => void): void {
  fc.assert(
    fc.property(anyCase, (each) => void holds(resumedIn(each))),
    { seed, numRuns: repeats(runs) },
  );
}

const eventsOf = ({ effects }: Taken): ServerEvent[] =>
  effects.flatMap((effect) => (effect.do === 'emit' ? [effect.event] : []));

/** What was under way, one name each. */
function underWay({ responses, transcriptions, mcp }: Session): string[] {
  return [
    ...responses.map(({ id }) => `response ${id}`),
    ...transcriptions.flatMap(({ itemId, announced }) => (announced ? [`words of ${itemId}`] : [])),
    ...mcp.servers.flatMap(({ access, listing }) => (listing.phase === 'running' ? [`tools of ${access.id}`] : [])),
  ].toSorted();
}

/** What events tell to have ended because the session was resumed, one name each. */
function endedBy(events: readonly ServerEvent[]): string[] {
  return events.flatMap(nameOfEnd).toSorted();
}

function nameOfEnd(event: ServerEvent): string[] {
  switch (event.type) {
    case 'response.done':
      return event.response.status_details?.error?.code === 'session_recovered'
        ? [`response ${event.response.id}`]
        : [];
    case 'conversation.item.input_audio_transcription.failed':
      return event.error.code === 'session_recovered' ? [`words of ${event.item_id}`] : [];
    case 'mcp_list_tools.failed':
      return [`tools of ${event.item_id}`];
    default:
      return [];
  }
}

/** What a client was told and relies on; `of`: what was done before the session was written down. */
function acknowledged({ config, conversation, hasSpoken, mcp, buffer }: Session, of: Session) {
  // What was still to be heard is not any more, and leaves its items.
  const unheard = new Set(of.playback?.responses.flatMap(({ parts }) => parts.map(({ itemId }) => itemId)));
  const isDone = new Set(
    entriesOf(of.conversation.items).flatMap(({ item, saidBy }) =>
      saidBy === null && !unheard.has(item.id) ? [item.id] : [],
    ),
  );
  const entries = entriesOf(conversation.items);
  const order = entries.slice(0, entriesOf(of.conversation.items).length).map(({ item }) => item.id);
  const items = entries.filter(({ item }) => isDone.has(item.id));
  const tools = mcp.servers.filter((server) => server.listing.phase !== 'running' && isListed(of, server));
  return { config, order, items, hasSpoken, asked: mcp.asked, tools, heldTick: Math.min(buffer.endTick, heldTick(of)) };
}

/** Up to where the sound of the session is in items or was let go: what comes after it is not written down, and is to be sent again. */
function heldTick({ turn, buffer }: Session): number {
  return turn.phase === 'speaking' ? turn.startTick : buffer.startTick;
}

/** Whether it was listed like this before; a listing that was under way fails as others may have. */
function isListed({ mcp }: Session, { access, listing }: Session['mcp']['servers'][number]): boolean {
  const before = mcp.servers.find((server) => server.access.id === access.id);
  return JSON.stringify(before?.listing) === JSON.stringify(listing);
}

/** Laws that look at the open turn. */
const ofTurns: ReadonlySet<string> = new Set(['15', '16']);
/** The law by which the audio clock never goes back. It does here, to where sound has to be sent again. */
const ofTheClock = '18';

describe('a session that is written down and resumed', () => {
  it('has all that was acknowledged: settings, items and their order, tools, questions, the audio clock', () => {
    let met = 0;
    always(5_000, ({ resumption: { before, after } }) => {
      if (before.conversation.items !== undefined && entriesOf(before.conversation.items).length > 1) met += 1;
      expect(acknowledged(after, before)).toEqual(acknowledged(before, before));
    });
    expect(met).toBeGreaterThan(repeats(5_000) / 10);
  });

  it('greets, then ends by name what was under way, each once and nothing else', () => {
    const met = new Set<string>();
    always(5_000, ({ run, resumption }) => {
      const { before, after } = resumption;
      if (before.phase === 'closed') return;
      const [greeting, ...events] = eventsOf(resumption);
      expect(greeting).toMatchObject({ type: 'session.created', session: { id: before.config.id } });
      expect(endedBy(events)).toEqual(underWay(before));
      const later = run.taken.slice(run.taken.indexOf(resumption) + 1).flatMap(eventsOf);
      const ended = new Set(underWay(before));
      expect(endedBy(later).filter((name) => ended.has(name))).toEqual([]);
      expect({
        streaming: after.streaming,
        owed: after.owedResponse,
        preemption: after.preemption,
        turn: after.turn.phase,
      }).toEqual({
        streaming: null,
        owed: null,
        preemption: null,
        turn: 'quiet',
      });
      for (const name of ended) met.add(name.split(' ')[0] ?? '');
    });
    expect([...met].toSorted()).toEqual(['response', 'tools', 'words']);
  });

  it('sets its timers to the moments at which they were due', () => {
    const met = new Set<string>();
    always(5_000, ({ resumption: { input, before, after, effects } }) => {
      if (after.phase === 'closed') return;
      for (const [timer, due = 0] of Object.entries(before.timers)) {
        met.add(timer);
        expect(effects).toContainEqual({ do: 'arm', timer, afterMs: Math.max(0, due - input.at) });
      }
      expect(after.timers.expiry).toBe(before.timers.expiry);
    });
    expect(met.has('expiry') && met.has('idle')).toBe(true);
  });

  it('uses no id again', () => {
    always(2_000, ({ run }) => {
      const ids = run.taken.flatMap(eventsOf).flatMap((event) => ('event_id' in event ? [event.event_id] : []));
      expect(new Set(ids).size).toBe(ids.length);
    });
  });

  it.each(allOfCore)('keeps law $number for the rest: $says', (law) => {
    always(1_000, ({ run, resumption }) => {
      // The greeting, which is no part of the trace, is what ends an open turn.
      if (ofTurns.has(law.number) && resumption.before.turn.phase === 'speaking') return;
      if (law.number === ofTheClock && heldTick(resumption.before) < resumption.before.buffer.endTick) return;
      expect(law.broken(run)).toBeNull();
    });
  });
});

describe('what is written down of a session', () => {
  it('holds no secret, at any point; they stand beside it', () => {
    let met = 0;
    const between = (session: Session): Session => {
      const text = JSON.stringify(snapshot(session));
      expect(text).not.toContain(canary);
      if (JSON.stringify(secretsIn(session)).includes(canary)) met += 1;
      return session;
    };
    const isClean = fc.property(
      programs(fc, { media: true }).map(withCanaries),
      (program) => void runOnCore(program, { between }),
    );
    fc.assert(isClean, { seed, numRuns: repeats(2_000) });
    expect(met).toBeGreaterThan(repeats(2_000) / 10);
  });

  it('is the whole session with its rules and secrets, at any point', () => {
    const between = (session: Session): Session => {
      const written: Snapshot = JSON.parse(JSON.stringify(snapshot(session)));
      expect(restore(written, session.rules, secretsIn(session))).toEqual(session);
      return session;
    };
    const isWhole = fc.property(anyCase, ({ program }) => void runOnCore(program, { between }));
    fc.assert(isWhole, { seed, numRuns: repeats(1_000) });
  });
});
