import { heldWithoutSound } from '../../core/conversation/room.ts';
import { contextTokens, instructionTokens } from '../../core/defaults.ts';
import type { Effect } from '../../core/effect.ts';
import type { Input } from '../../core/input.ts';
import { bySilence, type EndOfTurn } from '../../core/input-audio/end-of-turn.ts';
import { newSession } from '../../core/new-session.ts';
import type { Session, SessionRules } from '../../core/session.ts';
import { step as coreStep, type Step } from '../../core/step.ts';
import type { Model, ModelSession, VoiceQueue } from '../../engines/contract.ts';
import type { Session as SessionUpdate } from '../../protocol/types.ts';
import type { Wire } from '../../wire/wire.ts';
import { end, refusals } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import { keptSoundBytes, type SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { McpNetwork } from '../mcp/connection.ts';
import { withServers } from '../mcp/given-servers.ts';
import { systemResolve } from '../mcp/guarded-fetch.ts';
import { mcpRules, urlsOf } from '../mcp/rules.ts';
import { blindWatch, type SessionFacts, type Watch } from '../observability/observation/observer.ts';
import { watchedStep } from '../observability/observation/watched-step.ts';
import { grows, keepBooks, withinTotal } from './bounded-feed.ts';
import { admit, refuseBinary } from './client-frame.ts';
import { createPerformer } from './effects.ts';
import { noAccount, type OpenAccount } from './held-bytes.ts';
import { Inbox } from './inbox.ts';
import { randomWords } from './random-words.ts';
import { createRunner, type Runner } from './runner.ts';
import { newSessionId } from './session-id.ts';
import { endlessTurns, type Turns } from './turns.ts';

/** What a session is opened with. */
export interface SessionOptions {
  readonly wire: Wire;
  readonly model: Model;
  /** Null for a transcription session, which names no model. */
  readonly modelName: string | null;
  /** What a client secret has settled of the configuration already. */
  readonly settled?: SessionUpdate;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** D2: also send `conversation.created`. */
  readonly sendConversationCreated: boolean;
  readonly log: SessionLog;
  /** Where MCP servers may be reached, and how. Default: nowhere. */
  readonly mcp?: McpNetwork;
  /** Where what the session holds is counted. Default: nowhere. */
  readonly openAccount?: OpenAccount;
  /** Told of what happens in the session. Default: nobody. */
  readonly watch?: Watch;
  /** The turns of the event loop, shared with other sessions. Default: the session does at once what it has to do. */
  readonly turns?: Turns;
  /** Where its voices wait for their turn. Default: they all speak at once. */
  readonly voices?: VoiceQueue;
}

const blind: Watch = () => blindWatch;
const noNetwork: McpNetwork = { rules: mcpRules(), resolve: systemResolve };

/** A running session. */
export interface SessionHandle {
  readonly id: string;
  /** No new responses; the session closes with 1001 when the running ones have ended or their grace is over. */
  drain(): void;
  /** Resolves once the wire is closed and nothing runs for it any more. */
  readonly ended: Promise<void>;
}

/** Opens a session on an accepted wire: `session.created` is sent at once, then the client is heard. */
export function openSession(options: SessionOptions): SessionHandle {
  const { wire, clock, limits, log, settled, mcp = noNetwork, turns = endlessTurns } = options;
  const model = options.model.open();
  const first = beginning(model, options);
  const { id } = first.config;
  const sessionLog = log.child({ session: id });
  const watch = (options.watch ?? blind)(factsOf(first, options.modelName, wire, clock.now()));
  const step = watchedStep(watch, stepOf(model, sessionLog));
  const sizeOf = (): number => heldWithoutSound(runner.session) + performer.soundBytes;
  const books = keepBooks(options.openAccount ?? noAccount, sizeOf, () => performer.shed());
  const perform = books.counted((effect: Effect) => performer.perform(effect));
  const gotOn = (): void => inbox.goOn();
  const runner: Runner<Session, Input> = createRunner({ step, first, perform, crashed, turns, gotOn });
  const inbox = new Inbox(wire, { turns, unreadBytes: limits.unsentBytes, backlog: () => runner.backlog });
  const performer = createPerformer({ ...options, model, log: sessionLog, mcp, feed, defer: runner.defer });

  function feed(input: Input): void {
    runner.feed(input);
    if (grows(input) && !books.fits(0)) runner.feed({ at: input.at, from: 'server', say: 'full' });
  }

  let hasStopped = false;
  function stop(): void {
    if (!hasStopped) performer.stop();
    hasStopped = true;
    books.close();
  }

  function crashed(cause: unknown): void {
    sessionLog.error('session crashed', { err: cause });
    end(wire, refusals.internal(id));
    stop();
  }

  const ended = new Promise<void>((resolve) => {
    feed(opened(settled, mcp, clock.now()));
    inbox.open({
      frame: (text) =>
        feed(withServers(withinTotal(admit(text, clock.now(), limits.frameBytes), text.length, books), mcp.rules)),
      binary: () => feed(refuseBinary(clock.now())),
      drained: () => performer.drained(),
      closed({ code, reason }) {
        feed({ at: clock.now(), from: 'wire', say: 'closed' });
        stop();
        watch.closed(clock.now(), code);
        sessionLog.info('session closed', { code, reason });
        resolve();
      },
    });
  });
  sessionLog.info('session opened', { model: options.modelName });
  return { id, drain: () => feed({ at: clock.now(), from: 'server', say: 'drain' }), ended };
}

/** The session before its first input. */
function beginning(model: ModelSession, options: SessionOptions): Session {
  const { settled, modelName, clock } = options;
  const seed = model.seed ?? randomWords();
  const opening = { id: newSessionId(), rules: rulesOf(model, options), seed, model: modelName, at: clock.now() };
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

function stepOf({ endOfTurn = bySilence }: ModelSession, log: SessionLog) {
  const rule = guarded(endOfTurn, log);
  return (session: Session, input: Input): Step => coreStep(session, input, rule);
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

/** The first input; tools that a client secret has settled come with it, since the session lists them by itself. */
function opened(settled: SessionUpdate | undefined, { rules }: McpNetwork, at: number): Input {
  const tools = settled?.type === 'realtime' ? (settled.tools ?? []) : [];
  return { at, from: 'server', say: 'open', tools, servers: urlsOf(tools, rules) };
}

function factsOf({ config }: Session, model: string | null, wire: Wire, at: number): SessionFacts {
  return { id: config.id, kind: config.type, model, at, wire };
}
