import { ticksPerMs } from '../../src/core/audio-clock.ts';
import type { Effect } from '../../src/core/effect.ts';
import type { Input } from '../../src/core/input.ts';
import { newSession } from '../../src/core/new-session.ts';
import type { ModelOutput } from '../../src/core/response/model-output.ts';
import type { Session, Timer } from '../../src/core/session.ts';
import { restore, type Snapshot, secretsIn, snapshot } from '../../src/core/snapshot.ts';
import { step } from '../../src/core/step.ts';
import type { TranscriberOutput } from '../../src/core/transcription/transcriber-output.ts';
import { bytesPerMs, ClientView, speechMs } from '../../src/laws/client-view.ts';
import { type Cause, type Moment, type ServerEvent, type Trace, traceOf } from '../../src/laws/trace.ts';
import { withServers } from '../../src/server/mcp/given-servers.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { admit } from '../../src/server/session/client-frame.ts';
import { allowedMcp } from '../../src/testing/mcp-arbitraries.ts';
import {
  type HeardOutput,
  type McpNews,
  type Program,
  resolveName,
  resolveNames,
  type Step,
} from '../../src/testing/program.ts';

import { CorePlayer } from './core-player.ts';
import { eventIdIn } from './frame-id.ts';
import { audioDelta, silence } from './silence.ts';

/** One input as the core took it. */
export interface Taken {
  readonly input: Input;
  readonly before: Session;
  readonly after: Session;
  readonly effects: readonly Effect[];
}

/** A program run on the core alone. */
export interface CoreRun {
  readonly trace: Trace;
  readonly taken: readonly Taken[];
  readonly session: Session;
  /** What the last events left for a client to know. */
  readonly view: ClientView;
}

export interface CoreRunOptions {
  /** After so many inputs the session is written down, read back and resumed; nothing is resumed twice. */
  readonly resumeAfter?: number;
  /** Called with every new state; what it returns takes the state's place. */
  readonly between?: (session: Session) => Session;
  /** Takes the place of the core's own `step`. */
  readonly take?: typeof step;
}

type Said<T = Input> = T extends Input ? Omit<T, 'at'> : never;

/** Half a window of 20 ms would do as well: the core does not know how windows are cut. */
const windowTicks = 20 * ticksPerMs;
const modelName = 'test';
const rules = mcpRules({ allow: [allowedMcp] });
const tools = ['search', 'pay', 'other'].map((name) => ({
  name,
  description: '',
  input_schema: { type: 'object' },
  annotations: null,
}));

/** Runs a program on the core alone, then brings what still runs to its end and looks everything up. */
export function runOnCore(program: Program, options: CoreRunOptions = {}): CoreRun {
  const run = new Run(program, options);
  run.feed({ from: 'server', say: 'open' }, server('the session opens'));
  for (const each of program.steps) run.step(each);
  run.finish();
  return run.result();
}

function server(what: string): Cause {
  return { by: 'server', what };
}

class Run {
  readonly #options: CoreRunOptions;
  readonly #view = new ClientView();
  readonly #moments: Moment[] = [];
  readonly #taken: Taken[] = [];
  readonly #timers = new Map<Timer, number>();
  /** Committed items whose words are awaited, with the deltas so far. */
  readonly #words = new Map<string, string>();
  /** What MCP servers are being asked, calls with their responses, and what they were asked last. */
  readonly #listings = new Set<string>();
  readonly #calls = new Map<string, string>();
  #lastListing = 'item_none';
  #lastCall = 'item_none';
  #session: Session;
  #isGreeting = false;
  #at = 0;
  #ownIds = 0;
  /** Where the windows end that the vad was given. */
  #heardTick = 0;
  readonly #player = new CorePlayer();

  constructor(program: Program, options: CoreRunOptions) {
    this.#options = options;
    const model = program.session === 'realtime' ? modelName : null;
    this.#session = newSession({
      id: 'sess_laws',
      rules: program.rules,
      seed: 1,
      model,
      hasMedia: program.hasMedia,
      at: 0,
    });
  }

  result(): CoreRun {
    const trace = traceOf(this.#moments, this.#session.playback !== null);
    return { trace, taken: this.#taken, session: this.#session, view: this.#view };
  }

  feed(said: Said, cause: Cause): void {
    const input: Input = { ...said, at: this.#at };
    const before = this.#session;
    const [after, effects] = (this.#options.take ?? step)(before, input);
    this.#session = this.#options.between?.(after) ?? after;
    this.#taken.push({ input, before, after, effects });
    const told = effects.flatMap((effect) => this.#carryOut(effect));
    const sent = this.#isGreeting ? told.filter(({ type }) => type !== 'session.created') : told;
    const closes = before.phase !== 'closed' && after.phase === 'closed';
    // What engines say without anything coming of it is no part of the trace; nor is what comes too late for an answer.
    const asks = cause.by !== 'server' && before.phase !== 'closed';
    if (asks || closes || sent.length > 0) this.#moments.push({ causes: [cause], sent, closes });
    for (const event of sent) this.#view.read(event);
    if (this.#taken.length === this.#options.resumeAfter) this.#resume();
  }

  /** As another process would: from text, with the secrets beside it. The greeting is no part of the trace. */
  #resume(): void {
    const session = this.#session;
    const written: Snapshot = JSON.parse(JSON.stringify(snapshot(session)));
    this.#session = restore(written, session.rules, secretsIn(session));
    this.#isGreeting = true;
    this.feed({ from: 'server', say: 'resumed' }, server('the session resumes'));
    this.#isGreeting = false;
  }

  step(each: Step): void {
    switch (each.do) {
      case 'send':
        return this.#frame(JSON.stringify(resolveNames(each.event, (name) => this.#resolve(name))));
      case 'frame':
        return this.#frame(each.text);
      case 'truncate':
        return this.#truncate(each);
      case 'append':
        return this.#append(each.ms, each.plusBytes, each.speech);
      case 'say': {
        const { output } = each;
        const responseId = this.#resolve(each.response);
        // Its model waits for what comes of the call.
        if ([...this.#calls.values()].includes(responseId)) return;
        const bytes = (samples: number) => silence(samples * (this.#formatOf(responseId) === 'audio/pcm' ? 2 : 1));
        return this.#model(
          responseId,
          output.type === 'audio' ? { type: 'audio', audio: bytes(output.samples) } : output,
        );
      }
      case 'hear':
        return this.#transcriber(this.#listened(each.item), each.output);
      case 'mcp':
        return this.#answer(each.news);
      case 'play':
        if (each.late) for (const news of this.#player.late()) this.#hear(news);
        return this.#play(each.ms);
      case 'wait':
        return this.#wait(each.ms);
      case 'timer':
        return this.#nextTimer();
      case 'drain':
        return this.feed({ from: 'server', say: 'drain' }, server('the server drains'));
      case 'lag':
        return this.feed({ from: 'server', say: 'slow_reader' }, server('the client reads too slowly'));
      case 'hang-up':
        return this.feed({ from: 'wire', say: 'closed' }, server('the client goes'));
      case 'hold':
      case 'release':
        return;
      default:
        return each satisfies never;
    }
  }

  /** Ends what runs, as engines do in the end, and asks for every item that ever was. */
  finish(): void {
    for (let round = 0; round < 40 && this.#isBusy; round++) {
      for (const _ of this.#listings) this.#answer({ of: 'listing', late: false, failed: true });
      for (const _ of this.#calls) this.#answer({ of: 'call', late: false, outcome: { output: 'late' } });
      for (const item of this.#words.keys()) this.#transcriber(item, { type: 'completed', transcript: 'late' });
      for (const id of this.#view.running.keys()) this.#model(id, { type: 'end' });
      this.#play(Infinity);
    }
    const ids = [...this.#view.order, ...this.#view.deleted.slice(-2), ...this.#view.hidden.slice(-2)];
    for (const item_id of ids) this.#frame(JSON.stringify({ type: 'conversation.item.retrieve', item_id }));
    const type = this.#session.config.type;
    this.#frame(JSON.stringify({ type: 'session.update', session: { type } }));
  }

  get #isBusy(): boolean {
    const asked = this.#view.running.size + this.#words.size + this.#listings.size + this.#calls.size;
    return asked > 0 || this.#player.isPlaying;
  }

  /** So much of what waits is heard, packet by packet. */
  #play(ms: number): void {
    for (let left = ms; left > 0 && this.#player.isPlaying; left -= 20) {
      for (const news of this.#player.packet()) this.#hear(news);
    }
  }

  #hear(news: Extract<Said, { from: 'playback' }>): void {
    this.feed(news, server(`sound of ${news.itemId} is heard`));
  }

  /** An MCP server answers the oldest question; or one that is over, which must change nothing. */
  #answer(news: McpNews): void {
    if (news.of === 'call') {
      const [next] = this.#calls.keys();
      const itemId = news.late ? this.#lastCall : next;
      if (itemId === undefined || (news.late && this.#calls.has(itemId))) return;
      this.#calls.delete(itemId);
      const { outcome } = news;
      return this.feed({ from: 'mcp', say: 'called', itemId, outcome }, server(`the call ${itemId} is over`));
    }
    const [next] = this.#listings;
    const id = news.late ? this.#lastListing : next;
    if (id === undefined || (news.late && this.#listings.has(id))) return;
    this.#listings.delete(id);
    const cause = server(`the listing ${id} ${news.failed ? 'fails' : 'ends'}`);
    this.feed(news.failed ? { from: 'mcp', say: 'list_failed', id } : { from: 'mcp', say: 'listed', id, tools }, cause);
  }

  #resolve(name: string): string {
    return name === '@own' ? `own_${this.#ownIds++}` : resolveName(name, this.#view);
  }

  #listened(item: number | '@turn'): string {
    if (item === '@turn') return this.#resolve(item);
    return [...this.#words.keys()].at(-1 - item) ?? 'item_that_never_was';
  }

  #formatOf(responseId: string): string {
    return this.#view.running.get(responseId)?.format.type ?? 'audio/pcm';
  }

  #frame(text: string): void {
    const input = withServers(admit(text, this.#at, 100_000), rules);
    const cause: Cause =
      input.from === 'client'
        ? { by: 'client', event: input.event }
        : { by: 'mistake', text, eventId: eventIdIn(text) };
    this.feed(input, cause);
  }

  #truncate({ item, contentIndex, share, plusMs }: Extract<Step, { do: 'truncate' }>): void {
    const item_id = this.#resolve(item);
    const held = this.#view.speech.get(item_id);
    const audio_end_ms = Math.ceil((held === undefined ? 0 : speechMs(held)) * share) + plusMs;
    const event = { type: 'conversation.item.truncate', item_id, content_index: contentIndex, audio_end_ms };
    this.#frame(JSON.stringify(event));
  }

  #append(ms: number, plusBytes: number, speech: boolean): void {
    const bytes = ms * bytesPerMs(this.#view.input.format ?? {}) + plusBytes;
    this.feed({ from: 'microphone', audio: silence(bytes), eventId: null }, { by: 'microphone', bytes, eventId: null });
    const probability = speech ? 1 : 0;
    while (this.#listens() && this.#session.buffer.endTick - this.#heardTick >= windowTicks) {
      this.#heardTick += windowTicks;
      const heard = { from: 'vad', endTick: this.#heardTick, windowTicks, probability } as const;
      this.feed(heard, server(speech ? 'speech is heard' : 'silence is heard'));
    }
  }

  #listens(): boolean {
    return this.#session.phase !== 'closed' && this.#session.config.audio.input.turn_detection !== null;
  }

  #model(responseId: string, output: ModelOutput): void {
    this.feed({ from: 'model', responseId, output }, server(`the model of ${responseId} says ${output.type}`));
  }

  #transcriber(itemId: string, output: HeardOutput): void {
    const deltas = this.#words.get(itemId) ?? '';
    if (output.type === 'delta' && this.#words.has(itemId)) this.#words.set(itemId, deltas + output.text);
    if (output.type === 'completed' || output.type === 'failed') this.#words.delete(itemId);
    const honest: TranscriberOutput =
      output.type === 'completed' && deltas !== '' ? { ...output, transcript: deltas } : output;
    this.feed(
      { from: 'transcriber', itemId, output: honest },
      server(`the transcriber of ${itemId} says ${output.type}`),
    );
  }

  #wait(ms: number): void {
    const until = this.#at + ms;
    for (let next = this.#due(until); next !== null; next = this.#due(until)) this.#goOff(next);
    this.#at = until;
  }

  #nextTimer(): void {
    const [next] = [...this.#timers]
      .filter(([timer]) => timer !== 'expiry')
      .toSorted((one, other) => one[1] - other[1]);
    if (next !== undefined) this.#wait(Math.max(0, next[1] - this.#at));
  }

  #due(until: number): Timer | null {
    const [next] = [...this.#timers].filter(([, at]) => at <= until).toSorted((one, other) => one[1] - other[1]);
    return next?.[0] ?? null;
  }

  #goOff(timer: Timer): void {
    this.#at = Math.max(this.#at, this.#timers.get(timer) ?? 0);
    this.#timers.delete(timer);
    this.feed({ from: 'timer', timer }, server(`the ${timer} timer goes off`));
  }

  /** Does to the surroundings what an effect asks for; returns the event that it sends. */
  #carryOut(effect: Effect): ServerEvent[] {
    switch (effect.do) {
      case 'emit':
        return [effect.event];
      case 'emit-audio':
        if (this.#session.playback !== null) this.#player.say(effect);
        return [audioDelta(effect)];
      case 'clear-playback':
        this.#player.clear();
        return [];
      case 'emit-retrieved':
        return [{ type: 'conversation.item.retrieved', event_id: effect.eventId, item: effect.item }];
      case 'arm':
        this.#timers.set(effect.timer, this.#at + effect.afterMs);
        return [];
      case 'disarm':
        this.#timers.delete(effect.timer);
        return [];
      case 'transcribe':
      case 'stream-speech':
        this.#words.set(effect.request.itemId, '');
        return [];
      case 'drop-speech':
        this.#words.delete(effect.itemId);
        return [];
      case 'store-input':
        // What the vad does not hear, it skips.
        if (!effect.listen) this.#heardTick = this.#session.buffer.endTick;
        return [];
      case 'begin-input':
        this.#heardTick = effect.atTick;
        return [];
      case 'reset-vad':
        this.#heardTick = this.#session.buffer.endTick;
        return [];
      default:
        this.#askServers(effect);
        return [];
    }
  }

  #askServers(effect: Effect): void {
    switch (effect.do) {
      case 'list-tools':
        this.#lastListing = effect.access.id;
        return void this.#listings.add(effect.access.id);
      case 'leave-server':
        return void this.#listings.delete(effect.id);
      case 'call-tool':
        this.#lastCall = effect.itemId;
        return void this.#calls.set(effect.itemId, effect.responseId);
      case 'abort-call':
        return void this.#calls.delete(effect.itemId);
      case 'abort':
        for (const [itemId, of] of this.#calls) if (of === effect.responseId) this.#calls.delete(itemId);
        return;
      default:
        return;
    }
  }
}
