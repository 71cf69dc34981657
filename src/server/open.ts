import type { Wire } from '../wire/wire.ts';
import { betaWire } from './admission/beta-wire.ts';
import type { Entrance } from './admission/decide.ts';
import type { HeaderReader } from './admission/keys.ts';
import { type Refusal, refusals, refuse } from './admission/refusal.ts';
import type { Clock } from './clock.ts';
import { type Limits, totalBound } from './limits.ts';
import type { SessionLog } from './log.ts';
import type { McpNetwork } from './mcp/connection.ts';
import { type Metered, type MeterOptions, openMeter } from './metering/open-meter.ts';
import type { Insight } from './observability/insight.ts';
import { countedWire } from './observability/metrics/counted-wire.ts';
import { type Watch, watchTogether } from './observability/observation/observer.ts';
import { endByOperator, type SessionDirectory } from './operators/directory.ts';
import { Passing } from './operators/passing.ts';
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
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** What admission answers those who get a wire at once. */
export type Admitted = Exclude<Entrance, { answer: 'http' | 'relay' }>;

/** A connection that has been accepted, by whatever transport. */
export interface Arrived {
  readonly wire: Wire;
  /** Reads the request that it came with. */
  readonly header: HeaderReader;
  /** Names its peer in every line. */
  readonly log: SessionLog;
}

/** Makes of an admission and a wire a running session, or turns the peer away on the wire. Never throws. */
export function open(options: OpenOptions, admitted: Admitted, { wire, header, log }: Arrived): void {
  if (admitted.answer === 'refuse') return turnAway(options, wire, admitted.refusal, log);
  const { insight, directory } = options;
  const metered = openMeter(options, admitted);
  const passing = new Passing();
  const seen = passing.over(countedWire(wire, insight.frames));
  const watch: Watch = (facts) =>
    watchTogether([
      insight.observer.opened(facts, header),
      directory.opened(facts, {
        transport: 'websocket',
        key: admitted.account.policy.name ?? null,
        meter: metered.meter,
        passing,
        end: () => endByOperator(wire),
      }),
    ]);
  begin(options, admitted, { ...metered, wire: seen, watch, log });
}

/** A client of the beta understands little of what it will hear. */
export const betaIgnored =
  'a client asks for the beta API and is served the GA API: to speak the beta to it, start the server with --beta-header translate';

/** What every session of a connection is opened with. */
interface Connected extends Metered {
  readonly wire: Wire;
  readonly watch: Watch;
  readonly log: SessionLog;
}

function begin(options: OpenOptions, admitted: Exclude<Admitted, { answer: 'refuse' }>, connected: Connected): void {
  const { wire, log } = connected;
  try {
    if (admitted.answer === 'translate') return translate(options, admitted, connected);
    const { model, modelName, settled, beta } = admitted;
    const { clock, sendConversationCreated, mcp, turns, voices, held, limits: all } = options;
    const spoken = beta === 'translated' ? betaWire(wire) : wire;
    if (beta === 'ignored') log.info(betaIgnored);
    const openAccount = held.within(totalBound(all));
    const shared = { clock, sendConversationCreated, mcp, turns, voices: voices.join(), openAccount };
    const opening = { ...connected, ...shared, wire: spoken, model, modelName };
    began(options, connected, openSession(settled === undefined ? opening : { ...opening, settled }));
  } catch (error) {
    connected.meter.close(options.clock.now());
    log.error('session failed to open', { model: admitted.modelName, err: error });
    turnAway(options, wire, refusals.internal(), log);
  }
}

/** Minds the session; what it has used is settled when it is over. */
function began({ sessions, clock }: OpenOptions, { meter }: Metered, session: SessionHandle): void {
  void session.ended.finally(() => meter.close(clock.now()));
  sessions.began(session);
}

function translate(
  options: OpenOptions,
  admitted: Extract<Admitted, { answer: 'translate' }>,
  connected: Connected,
): void {
  const { model: asked, modelName, settled } = admitted;
  const { clock, turns, voices, held } = options;
  const model = openTranslating(asked);
  if (model === null) {
    connected.meter.close(clock.now());
    return turnAway(options, connected.wire, refusals.notTranslating(modelName), connected.log);
  }
  const openAccount = held.within(totalBound(options.limits));
  const shared = { clock, turns, voices: voices.join(), openAccount };
  const opening = { ...connected, ...shared, model, modelName };
  began(
    options,
    connected,
    openTranslation(settled?.audio === undefined ? opening : { ...opening, audio: settled.audio }),
  );
}

function turnAway({ insight }: OpenOptions, wire: Wire, refusal: Refusal, log: SessionLog): void {
  const code = refusal.error.code ?? refusal.error.type;
  insight.observer.refused(code);
  log.info('connection refused', { code, closeCode: refusal.closeCode });
  refuse(wire, refusal);
}
