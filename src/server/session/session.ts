import { bytesToTicks, formatName, ticksPerMs } from '../../core/audio-clock.ts';
import { entryOf } from '../../core/conversation/item-list.ts';
import { entryBytes } from '../../core/conversation/item-size.ts';
import { heldWithoutSound } from '../../core/conversation/room.ts';
import { contextTokens, instructionTokens } from '../../core/defaults.ts';
import type { Effect } from '../../core/effect.ts';
import type { Input } from '../../core/input.ts';
import { bySilence, type EndOfTurn } from '../../core/input-audio/end-of-turn.ts';
import { newSession } from '../../core/new-session.ts';
import type { Session, SessionRules } from '../../core/session.ts';
import { restore } from '../../core/snapshot.ts';
import { step as coreStep, type Step } from '../../core/step.ts';
import type { Model, ModelSession } from '../../engines/contract.ts';
import type { CodedMedia, Media } from '../../media/media.ts';
import type { Item, Session as SessionUpdate } from '../../protocol/types.ts';
import type { Clock } from '../clock.ts';
import { keptSoundBytes } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { McpNetwork } from '../mcp/connection.ts';
import { withServers } from '../mcp/given-servers.ts';
import { systemResolve } from '../mcp/guarded-fetch.ts';
import { mcpRules, urlsOf } from '../mcp/rules.ts';
import { type Meter, noMeter } from '../metering/meter.ts';
import type { Hint } from '../observability/observation/wire-event.ts';
import { grows } from './bounded-feed.ts';
import { admit } from './client-frame.ts';
import type { Docking, Reopened } from './docking.ts';
import { createPerformer } from './effects.ts';
import { type Hosting, type HostOptions, host, type SessionHandle } from './host.ts';
import { longFrame } from './inbox.ts';
import { metered, soundWithin } from './metered.ts';
import { randomWords } from './random-words.ts';
import { newSessionId } from './session-id.ts';

/** What a realtime or transcription session is opened with. */
export interface SessionOptions extends HostOptions {
  readonly model: Model;
  /** Null for a transcription session, which names no model. */
  readonly modelName: string | null;
  /** What a client secret has settled of the configuration already. */
  readonly settled?: SessionUpdate;
  /** D2: also send `conversation.created`. */
  readonly sendConversationCreated: boolean;
  /** Where MCP servers may be reached, and how. Default: nowhere. */
  readonly mcp?: McpNetwork;
  /**
   * The sound of the session's call: what its peer says is the session's input, and what models say is played to it. No
   * wire brings sound then, nor is sent any. Default: sound goes over the wires.
   */
  readonly media?: Media | CodedMedia;
  /** Looks after the session, so that it can be taken up again. Default: nobody does. */
  readonly docking?: Docking;
  /** The session was begun before, and goes on from what was written down of it. Default: it is new. */
  readonly reopened?: Reopened;
}

/** Where nobody looks after a session. */
const noDocking: Docking = { watching: (step) => step, over: (hosting) => hosting, bytes: 0 };

const noNetwork: McpNetwork = { rules: mcpRules(), resolve: systemResolve };

/** Opens a session on an accepted wire: `session.created` is sent at once, then the client is heard. */
export function openSession(options: SessionOptions): SessionHandle {
  const { clock, limits, settled, reopened, mcp = noNetwork, meter = noMeter, docking = noDocking } = options;
  const model = options.model.open();
  const first = beginning(model, options);
  const { id, type } = first.config;
  const hasMedia = options.media !== undefined;
  const log = options.log.child({ session: id });
  const session = host<Session, Input, Effect>(
    { ...options, log },
    {
      facts: { id, kind: type, model: options.modelName },
      first,
      opening:
        reopened === undefined
          ? opened(settled, mcp, clock.now())
          : resumed(reopened, options.media !== undefined, clock.now()),
      step: docking.watching(limited(stepOf(model, log), meter, clock)),
      hint: silence,
      read: (text, at) => withServers(admit(text, at, limits.frameBytes, hasMedia), mcp.rules),
      longShown,
      sizeOf: (held) => heldWithoutSound(held) + docking.bytes,
      performer(hosting) {
        const seen = docking.over(bounded(metered(hosting, meter, clock)));
        return createPerformer({ ...options, model, log, mcp, meter, hosting: seen });
      },
    },
  );
  log.info(reopened === undefined ? 'session opened' : 'session taken up again', { model: options.modelName });
  return session;
}

/** The item that a client wants to see, where it takes long to be written. */
function longShown(input: Input, { conversation }: Session): Item | null {
  if (input.from !== 'client' || input.event.type !== 'conversation.item.retrieve') return null;
  const entry = entryOf(conversation.items, input.event.item_id);
  if (entry === null) return null;
  const { bytes, soundBytes } = entryBytes(entry);
  return bytes + soundBytes > longFrame ? entry.item : null;
}

/** The same host, which ends what makes the session larger once all sessions together hold as much as they may. */
function bounded(hosting: Hosting<Input>): Hosting<Input> {
  return {
    ...hosting,
    feed(input) {
      hosting.feed(input);
      if (grows(input) && !hosting.fits(0)) hosting.feed({ at: input.at, from: 'server', say: 'full' });
    },
  };
}

/** The same step, which is told with each input what the key of the session still allows. */
function limited(step: CoreStep, meter: Meter, clock: Pick<Clock, 'now'>): CoreStep {
  if (meter === noMeter) return step;
  const within = soundWithin(meter, clock);
  return (session, input) => {
    const taken = input.from === 'microphone' ? within(input, soundMs(session, input.audio)) : input;
    const allowance = meter.allowance(clock.now());
    return step(session, allowance === null ? taken : { ...taken, allowance });
  };
}

function soundMs({ config }: Session, audio: Uint8Array): number {
  return bytesToTicks(audio.byteLength, formatName(config.audio.input.format)) / ticksPerMs;
}

/** Where the silence began that may turn out to be the end of the turn: with its first window. */
function silence(input: Input, { turn }: Session): Hint {
  if (turn.phase !== 'speaking' || turn.silenceTick === null) return noSilence;
  return { hint: 'silence', since: input.from === 'vad' ? input.at - input.windowTicks / ticksPerMs : input.at };
}

const noSilence: Hint = { hint: 'silence', since: null };

/** The session before its first input. */
function beginning(model: ModelSession, options: SessionOptions): Session {
  const { settled, modelName, clock, media, nodeName, reopened } = options;
  const rules = rulesOf(model, options);
  if (reopened !== undefined) return restore(reopened.snapshot, rules, reopened.secrets);
  const seed = model.seed ?? randomWords();
  const hasMedia = media !== undefined;
  const opening = { id: newSessionId(nodeName), rules, seed, model: modelName, hasMedia, at: clock.now() };
  return newSession(settled === undefined ? opening : { ...opening, settled });
}

/** What the limits and the model settle for a session. */
function rulesOf(model: ModelSession, { limits, sendConversationCreated }: SessionOptions): SessionRules {
  return {
    maxAgeMs: limits.sessionMinutes * 60_000,
    maxBufferedMs: limits.bufferedAudioSeconds * 1000,
    maxResponses: limits.responses,
    maxItems: limits.items,
    maxBytes: limits.conversationBytes,
    keptSoundBytes: keptSoundBytes(limits),
    transcribesFirst: model.transcribesFirst,
    transcribesStream: model.transcribeStream !== undefined,
    preempts: model.preempt !== undefined,
    reasons: model.reasons ?? true,
    contextTokens: model.contextTokens ?? contextTokens,
    instructionTokens: model.instructionTokens ?? instructionTokens,
    sendConversationCreated,
  };
}

type CoreStep = (session: Session, input: Input) => Step;

function stepOf({ endOfTurn = bySilence }: ModelSession, log: SessionLog): CoreStep {
  const rule = guarded(endOfTurn, log);
  return (session, input) => coreStep(session, input, rule);
}

/** A model's own rule, which may fail without harm to the session. */
function guarded(endOfTurn: EndOfTurn, log: SessionLog): EndOfTurn {
  return (eagerness, words) => {
    try {
      return endOfTurn(eagerness, words);
    } catch (cause) {
      log.error('the model failed to judge the end of a turn', { err: cause });
      return bySilence(eagerness, words);
    }
  };
}

/** The first input of a session that goes on. */
function resumed({ reseed, renews }: Reopened, hasMedia: boolean, at: number): Input {
  const again = { at, from: 'server', say: 'resumed', retells: true, renews, hasMedia } as const;
  return reseed === undefined ? again : { ...again, reseed };
}

/** The first input; tools that a client secret has settled come with it, since the session lists them by itself. */
function opened(settled: SessionUpdate | undefined, { rules }: McpNetwork, at: number): Input {
  const tools = settled?.type === 'realtime' ? (settled.tools ?? []) : [];
  return { at, from: 'server', say: 'open', tools, servers: urlsOf(tools, rules) };
}
