import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticksPerMs } from '../../src/core/audio-clock.ts';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Item } from '../../src/protocol/types.ts';
import { type SessionScript, sessionScript } from '../../src/testing/session-script.ts';
import { repeats } from '../setup/scale.ts';
import { entry, listed, updateTools } from './mcp-script.ts';

/** One thing that happens to a session; numbers choose among what there is. */
type Happening = readonly [name: keyof typeof happenings, choice: number];

interface Run {
  readonly script: SessionScript;
  readonly effects: Effect[];
}

const pick = <T>(values: readonly T[], choice: number): T | undefined => values[choice % Math.max(1, values.length)];

const definitions = [
  entry({ authorization: 'secret-1', require_approval: { never: { tool_names: ['search'] } } }),
  entry({ server_url: 'https://other.example/', authorization: 'secret-2' }),
  entry({ server_label: 'mail', headers: { 'x-key': 'secret-3' } }),
];
const outputs = [
  { type: 'text', text: 'hm' },
  { type: 'message_end' },
  { type: 'call_start', name: 'search' },
  { type: 'call_start', name: 'remove' },
  { type: 'call_start', name: 'function' },
  { type: 'call_arguments', delta: '{"q":' },
  { type: 'call_arguments', delta: '1}' },
  { type: 'call_end' },
  { type: 'call_end' },
  { type: 'end' },
  { type: 'failed', code: 'server_error', message: 'no' },
] as const;
const outcomes = [{ output: 'found' }, { error: { type: 'http_error', code: 500, message: 'no' } }] as const;

const happenings = {
  update: ({ script }: Run, choice: number) => updateTools(script, pick(definitions, choice) ?? entry()),
  list({ script }: Run, choice: number) {
    const id = pick(script.session.mcp.servers, choice)?.access.id ?? 'item_x';
    script.feed({ from: 'mcp', say: 'listed', id, tools: [listed('search'), listed('remove')] });
  },
  failList({ script }: Run, choice: number) {
    script.feed({
      from: 'mcp',
      say: 'list_failed',
      id: pick(script.session.mcp.servers, choice)?.access.id ?? 'item_x',
    });
  },
  respond: ({ script }: Run, choice: number) =>
    script.client({ type: 'response.create', response: choice % 4 === 0 ? { conversation: 'none' } : {} }),
  say({ script }: Run, choice: number) {
    const response = pick(script.session.responses, choice);
    const output = pick(outputs, choice);
    if (response !== undefined && output !== undefined) script.model(response.id, output);
  },
  call({ script }: Run, choice: number) {
    const id = pick(script.session.responses, choice)?.id ?? '';
    script.model(id, { type: 'call_start', name: choice % 2 === 0 ? 'search' : 'remove' }, { type: 'call_end' });
  },
  called({ script, effects }: Run, choice: number) {
    const calls = effects.flatMap((effect) => (effect.do === 'call-tool' ? [effect.itemId] : []));
    const itemId = choice % 3 === 0 ? pick(calls, choice) : calls.at(-1);
    script.feed({
      from: 'mcp',
      say: 'called',
      itemId: itemId ?? 'item_x',
      outcome: outcomes[choice % 2 === 0 ? 0 : 1],
    });
  },
  answer({ script }: Run, choice: number) {
    const approval_request_id = pick(script.session.mcp.asked, choice)?.requestId ?? 'item_x';
    const item = { type: 'mcp_approval_response' as const, approval_request_id, approve: choice % 3 !== 0 };
    script.client({ type: 'conversation.item.create', item });
  },
  remove({ script }: Run, choice: number) {
    const item_id = pick(entriesOf(script.session.conversation.items), choice)?.item.id ?? 'item_x';
    script.client({ type: 'conversation.item.delete', item_id });
  },
  cancel: ({ script }: Run, choice: number) =>
    script.client({ type: 'response.cancel', response_id: pick(script.session.responses, choice)?.id ?? 'resp_x' }),
  hear: ({ script }: Run, choice: number) => script.hear(choice % 2, 300),
  drain: ({ script }: Run) => script.feed({ from: 'server', say: 'drain' }),
} as const;

const weights: Readonly<Record<keyof typeof happenings, number>> = {
  update: 3,
  list: 4,
  failList: 1,
  respond: 4,
  say: 14,
  call: 5,
  called: 5,
  answer: 4,
  remove: 2,
  cancel: 1,
  hear: 1,
  drain: 0.05,
};

const happening = fc.oneof(
  ...Object.entries(weights).map(([name, weight]) => ({
    weight: weight * 20,
    arbitrary: fc.tuple(fc.constant(name as keyof typeof happenings), fc.nat(60)),
  })),
);

function play(story: readonly Happening[]): Run {
  const script = sessionScript();
  const effects: Effect[] = [];
  const heard: SessionScript = {
    ...script,
    get session() {
      return script.session;
    },
    get effects() {
      return script.effects;
    },
    feed(input) {
      const events = script.feed(input);
      effects.push(...script.effects);
      return events;
    },
    client: (event) => heard.feed({ from: 'client', event }),
    hear: (probability, ms) =>
      Array.from({ length: ms / 20 }).flatMap(() => {
        script.append(20);
        const { endTick } = script.session.buffer;
        return heard.feed({ from: 'vad', endTick, windowTicks: 20 * ticksPerMs, probability });
      }),
    model: (responseId, ...said) => said.flatMap((output) => heard.feed({ from: 'model', responseId, output })),
  };
  const run = { script: heard, effects };
  updateTools(heard, definitions[0] ?? entry());
  happenings.list(run, 0);
  for (const [name, choice] of story) happenings[name](run, choice);
  return run;
}

/** What is wrong with a run; empty where every law holds. */
function breaches({ script, effects }: Run): string[] {
  const problems: string[] = [];
  const law = (holds: boolean, words: string) => {
    if (!holds) problems.push(words);
  };
  const running = new Map<string, { outOfBand: boolean; open: string | null; next: number }>();
  const over = new Set<string>();
  const phases = new Map<string, 'running' | 'over'>();
  const deltas = new Map<string, string>();
  const args = new Map<string, string>();
  const added = new Set<string>();
  const listing = new Set<string>();
  for (const event of script.events) {
    if ('response_id' in event) law(running.has(event.response_id), `${event.type} outside of its response`);
    switch (event.type) {
      case 'response.created': {
        const outOfBand = event.response.conversation_id === null;
        law(outOfBand || ![...running.values()].some((each) => !each.outOfBand), 'two responses at a time');
        running.set(event.response.id ?? '', { outOfBand, open: null, next: 0 });
        break;
      }
      case 'response.done': {
        const id = event.response.id ?? '';
        law(running.get(id)?.open === null, 'a response is done with an open item');
        law(running.delete(id) && !over.has(id), 'a response is done that does not run');
        over.add(id);
        break;
      }
      case 'response.output_item.added': {
        const story = running.get(event.response_id);
        law(story?.open === null && story.next === event.output_index, 'an item is added out of order');
        if (story !== undefined) Object.assign(story, { open: event.item.id, next: story.next + 1 });
        break;
      }
      case 'response.output_item.done': {
        const story = running.get(event.response_id);
        law(story?.open === event.item.id, 'an item is done that is not open');
        if (story !== undefined) story.open = null;
        checkCall(event.item, phases, args, deltas, law);
        break;
      }
      case 'response.mcp_call_arguments.delta':
        deltas.set(event.item_id, (deltas.get(event.item_id) ?? '') + event.delta);
        law(
          typeof event.obfuscation === 'string' && !args.has(event.item_id),
          'a delta without padding, or after the end',
        );
        break;
      case 'response.mcp_call_arguments.done':
        law(!args.has(event.item_id), 'arguments are done twice');
        args.set(event.item_id, event.arguments);
        break;
      case 'response.mcp_call.in_progress':
        law(args.has(event.item_id) && !phases.has(event.item_id), 'a call runs too early or twice');
        phases.set(event.item_id, 'running');
        break;
      case 'response.mcp_call.completed':
      case 'response.mcp_call.failed':
        law(phases.get(event.item_id) === 'running', 'a call ends that does not run');
        phases.set(event.item_id, 'over');
        break;
      case 'mcp_list_tools.in_progress':
        law(added.has(event.item_id), 'a listing begins before its item');
        listing.add(event.item_id);
        break;
      case 'mcp_list_tools.completed':
      case 'mcp_list_tools.failed':
        law(listing.delete(event.item_id), 'a listing ends that does not run');
        break;
      case 'conversation.item.added':
        law(!added.has(event.item.id ?? ''), 'an item is added twice');
        added.add(event.item.id ?? '');
        break;
      case 'conversation.item.done':
        law(added.delete(event.item.id ?? ''), 'an item is done twice, or unannounced');
        break;
      case 'conversation.item.deleted':
        added.delete(event.item_id);
        break;
      default:
    }
  }
  law(!/secret-\d/.test(JSON.stringify(script.events)), 'a secret is told');
  return [...problems, ...breachesOfWork(script, effects, phases)];
}

function checkCall(
  item: Item,
  phases: ReadonlyMap<string, string>,
  args: ReadonlyMap<string, string>,
  deltas: ReadonlyMap<string, string>,
  law: (holds: boolean, words: string) => void,
): void {
  if (item.type !== 'mcp_call') return;
  const { id, output = null, error = null } = item;
  law(phases.get(id) !== 'running', 'a call is done while it runs');
  law(args.get(id) === item.arguments && (deltas.get(id) ?? '') === item.arguments, 'arguments differ');
  law((output === null) !== (error === null), 'a call has neither output nor error, or both');
}

/** Every call that was begun ends in one way, and the model is told of it once, if it is still there. */
function breachesOfWork({ session }: SessionScript, effects: readonly Effect[], phases: ReadonlyMap<string, string>) {
  const problems: string[] = [];
  const open = new Map<string, string>();
  const resumed = new Set<string>();
  for (const effect of effects) {
    if (effect.do === 'call-tool') {
      if ([...open.values()].includes(effect.responseId)) problems.push('a response makes two calls at a time');
      open.set(effect.itemId, effect.responseId);
    } else if (effect.do === 'abort-call') {
      if (!open.delete(effect.itemId)) problems.push('a call is stopped that does not run');
    } else if (effect.do === 'resume') {
      if (resumed.has(effect.call.id)) problems.push('a model is told twice');
      resumed.add(effect.call.id);
      open.delete(effect.call.id);
    } else if (effect.do === 'respond') {
      for (const [itemId, responseId] of open) if (responseId === effect.request.responseId) open.delete(itemId);
    }
  }
  const running = session.responses.flatMap(({ open: item }) =>
    item?.type === 'mcp_call' && item.progress.phase === 'running' ? [item.itemId] : [],
  );
  if ([...open.keys()].toSorted().join() !== running.toSorted().join())
    problems.push('calls run that nobody waits for');
  for (const itemId of running) if (phases.get(itemId) !== 'running') problems.push('a call runs that was not told of');
  return problems;
}

describe('whatever happens to a session with MCP tools', () => {
  it('its responses, items, calls and listings keep their order, and its secrets', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 60 }), (story) => {
        const run = play(story);
        for (const { type } of run.script.events) seen.add(type);
        expect(breaches(run)).toEqual([]);
      }),
      { numRuns: repeats(100_000) },
    );
    // The stories get everywhere.
    expect([...seen]).toEqual(
      expect.arrayContaining(['response.mcp_call.completed', 'response.mcp_call.failed', 'mcp_list_tools.failed']),
    );
  });

  it('ends up in the same state again when the same happens', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
        const [one, other] = [play(story), play(story)];
        expect(other.script.events).toEqual(one.script.events);
        expect(JSON.parse(JSON.stringify(one.script.session))).toEqual(other.script.session);
      }),
      { numRuns: repeats(1_000) },
    );
  });
});
