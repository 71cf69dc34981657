import type { CodedMedia, Media } from '../media/media.ts';
import type { Wire } from '../wire/wire.ts';
import { betaWire } from './admission/beta-wire.ts';
import type { Entrance } from './admission/decide.ts';
import type { HeaderReader } from './admission/keys.ts';
import { type Refusal, refusals, refuse } from './admission/refusal.ts';
import { type Call, hungUp } from './calls/directory.ts';
import type { Clock } from './clock.ts';
import { type Limits, totalBound } from './limits.ts';
import type { SessionLog } from './log.ts';
import type { McpNetwork } from './mcp/connection.ts';
import { type Metered, type MeterOptions, openMeter } from './metering/open-meter.ts';
import type { Insight } from './observability/insight.ts';
import { countedWire } from './observability/metrics/counted-wire.ts';
import { type Transport, type Watch, watchTogether } from './observability/observation/observer.ts';
import { endByOperator, type SessionDirectory } from './operators/directory.ts';
import { Passing } from './operators/passing.ts';
import { sessionTape } from './recording/record-session.ts';
import type { Recorder } from './recording/recorder.ts';
import { replayMistakes } from './replay/mistakes.ts';
import { type Replay, replayOf } from './replay/replay.ts';
import { openReplay } from './replay/replay-session.ts';
import { Line } from './resume/line.ts';
import type { Resuming } from './resume/resuming.ts';
import type { Resumption } from './resume/resumption.ts';
import type { HeldBytes } from './session/held-bytes.ts';
import type { SessionHandle } from './session/host.ts';
import { openSession } from './session/session.ts';
import type { Turns } from './session/turns.ts';
import type { Voices } from './session/voices.ts';
import type { Sessions } from './sessions.ts';
import { openTranslating } from './translation/model.ts';
import { openTranslation } from './translation/session.ts';

/** What all sessions of a server share. */
export interface OpenOptions extends MeterOptions {
  readonly sessions: Sessions;
  readonly turns: Turns;
  readonly voices: Voices;
  readonly limits: Limits;
  readonly held: HeldBytes;
  readonly sendConversationCreated: boolean;
  readonly mcp: McpNetwork;
  readonly insight: Insight;
  /** Where operators find the sessions. */
  readonly directory: SessionDirectory;
  /** Writes sessions down; null where nobody does. */
  readonly record: Recorder | null;
  /** Every key that is configured: none may stand in a recording. */
  readonly keyTexts: readonly string[];
  readonly tls: object | null;
  readonly clock: Clock;
  readonly log: SessionLog;
  /** Names this node in the ids of what it holds. */
  readonly nodeName: string;
  /** The sessions that can be taken up again. */
  readonly resuming: Resuming;
}

/** What admission answers those who get a wire, or are turned away on one. */
export type Admitted = Exclude<Entrance, { answer: 'http' | 'relay' | 'join' | 'forward' | 'resume' }>;

/** A connection that has been accepted, by whatever transport. */
export interface Arrived {
  readonly wire: Wire;
  readonly transport: Transport;
  /** The call that it is. Default: it is none. */
  readonly callId?: string;
  /** The sound of a call. Default: sound comes and goes in events. */
  readonly media?: Media | CodedMedia;
  /** Path and query of the request that it came with. */
  readonly target: string;
  /** Reads the request that it came with. */
  readonly header: HeaderReader;
  /** Names its peer in every line. */
  readonly log: SessionLog;
}

/**
 * Makes of an admission and a wire a running session, or turns the peer away on the wire; then it gives null. Never
 * throws.
 */
export function open(options: OpenOptions, admitted: Admitted, arrived: Arrived): SessionHandle | null {
  const { transport, callId, header, log, media } = arrived;
  if (admitted.answer === 'refuse') return turnAway(options, arrived.wire, admitted.refusal, log);
  const line = admitted.answer === 'open' ? lineOf(options, arrived) : null;
  const wire = line ?? arrived.wire;
  const { insight, directory } = options;
  const metered = openMeter(options, admitted);
  const passing = new Passing();
  const tape = sessionTape(options, { passing, ...arrived });
  const watch: Watch = (opened) => {
    const facts = { ...opened, transport };
    tape.begin(facts);
    const listed = directory.opened(facts, {
      ...(callId === undefined ? {} : { callId }),
      key: admitted.account.policy.name ?? null,
      meter: metered.meter,
      passing,
      end: () => endByOperator(wire),
    });
    return watchTogether([insight.observer.opened(facts, header), listed]);
  };
  const seen = passing.over(countedWire(wire, insight.frames));
  const connected = { ...metered, wire: seen, watch, log, line };
  const replay = replayOf(admitted.model);
  if (replay !== null) return play(options, admitted, { ...connected, replay, target: arrived.target });
  const session = begin(options, admitted, media === undefined ? connected : { ...connected, media: tape.over(media) });
  return session === null ? null : { ...session, attach: (joined) => session.attach(passing.beside(joined)) };
}

/** A call's peer that is gone does not say whether it is done: only who hangs the call up does. */
function lineOf({ clock }: OpenOptions, { wire, media }: Arrived): Line {
  return media === undefined ? new Line(wire, clock) : new Line(wire, clock, ({ reason }) => reason === hungUp);
}

/** Joins a connection to the session of a call, as a sideband. */
export function joinCall({ insight }: OpenOptions, call: Call, { wire, log }: Arrived): void {
  log.info('sideband joined', { call: call.id });
  call.attach(countedWire(wire, insight.frames));
}

/** A client of the beta understands little of what it will hear. */
export const betaIgnored =
  'a client asks for the beta API and is served the GA API: to speak the beta to it, start the server with --beta-header translate';

/** What every session of a connection is opened with. */
interface Connected extends Metered {
  readonly wire: Wire;
  readonly media?: Media | CodedMedia;
  readonly watch: Watch;
  readonly log: SessionLog;
  /** Below the wire, where that can outlive its connection. */
  readonly line: Line | null;
}

/** Plays a take in place of a session of ours. */
function play(
  options: OpenOptions,
  admitted: Exclude<Admitted, { answer: 'refuse' }>,
  connected: Connected & { readonly replay: Replay; readonly target: string },
): SessionHandle | null {
  const { replay, target, wire, log, meter } = connected;
  const script = replay.choose(target);
  if (script === null) {
    meter.close(options.clock.now());
    const error = replayMistakes.unknownTake(replay.names);
    return turnAway(options, wire, { closeCode: 4000, error }, log);
  }
  const kind = admitted.answer === 'translate' ? 'translation' : 'realtime';
  const { modelName } = admitted;
  return began(options, connected, openReplay({ ...connected, script, kind, modelName, clock: options.clock }));
}

function begin(
  options: OpenOptions,
  admitted: Exclude<Admitted, { answer: 'refuse' }>,
  connected: Connected,
): SessionHandle | null {
  const { wire, log } = connected;
  try {
    if (admitted.answer === 'translate') return translate(options, admitted, connected);
    const { model, modelName, settled, beta } = admitted;
    const { clock, sendConversationCreated, mcp, turns, voices, held, nodeName, limits: all } = options;
    const spoken = beta === 'translated' ? betaWire(wire) : wire;
    if (beta === 'ignored') log.info(betaIgnored);
    const openAccount = held.within(totalBound(all));
    const shared = { clock, sendConversationCreated, mcp, turns, voices: voices.join(), openAccount, nodeName };
    const resumption = resumptionOf(options, admitted, connected);
    const again = admitted.claimed === undefined ? {} : { reopened: options.resuming.reopened(admitted.claimed) };
    const docking = resumption === null ? {} : { docking: resumption };
    const opening = { ...connected, ...shared, ...docking, ...again, wire: spoken, model, modelName };
    const session = openSession(settled === undefined ? opening : { ...opening, settled });
    return began(options, connected, resumption === null ? session : lookedAfter(options, session, resumption));
  } catch (error) {
    connected.meter.close(options.clock.now());
    log.error('session failed to open', { model: admitted.modelName, err: error });
    return turnAway(options, wire, refusals.internal(), log);
  }
}

function resumptionOf(
  { resuming }: OpenOptions,
  { modelName, account, place, asksToResume, claimed }: Extract<Admitted, { answer: 'open' }>,
  { line, media, log }: Connected,
): Resumption | null {
  if (line === null) return null;
  const asks = asksToResume === true || claimed !== undefined;
  const begun = {
    line,
    owner: account.owner,
    modelName,
    holder: place?.holder ?? null,
    asks,
    isCall: media !== undefined,
    log,
  };
  return resuming.begin(begun, claimed ?? null);
}

/** One whose client has asked to resume is handed over where the server goes down. */
function lookedAfter({ resuming }: OpenOptions, session: SessionHandle, resumption: Resumption): SessionHandle {
  void session.ended.finally(() => resuming.ended(resumption));
  return { ...session, drain: (graceMs) => (resumption.isOn ? resumption.drain() : session.drain(graceMs)) };
}

/** Minds the session; what it has used is settled when it is over. */
function began({ sessions, clock }: OpenOptions, { meter }: Metered, session: SessionHandle): SessionHandle {
  void session.ended.finally(() => meter.close(clock.now()));
  sessions.began(session);
  return session;
}

function translate(
  options: OpenOptions,
  admitted: Extract<Admitted, { answer: 'translate' }>,
  connected: Connected,
): SessionHandle | null {
  const { model: asked, modelName, settled } = admitted;
  const { clock, turns, voices, held, nodeName } = options;
  const model = openTranslating(asked);
  if (model === null) {
    connected.meter.close(clock.now());
    return turnAway(options, connected.wire, refusals.notTranslating(modelName), connected.log);
  }
  const openAccount = held.within(totalBound(options.limits));
  const shared = { clock, turns, voices: voices.join(), openAccount, nodeName };
  const opening = { ...connected, ...shared, model, modelName };
  return began(
    options,
    connected,
    openTranslation(settled?.audio === undefined ? opening : { ...opening, audio: settled.audio }),
  );
}

function turnAway({ insight }: OpenOptions, wire: Wire, refusal: Refusal, log: SessionLog): null {
  const code = refusal.error.code ?? refusal.error.type;
  insight.observer.refused(code);
  log.info('connection refused', { code, closeCode: refusal.closeCode });
  refuse(wire, refusal);
  return null;
}
