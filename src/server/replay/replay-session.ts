import { TakePlayer } from '../../take/replay/player.ts';
import type { Script } from '../../take/replay/script.ts';
import type { Wire } from '../../wire/wire.ts';
import { end, refusals } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { SessionKind, Watch } from '../observability/observation/observer.ts';
import type { SessionHandle } from '../session/host.ts';
import { newSessionId } from '../session/session-id.ts';
import { replayMistakes } from './mistakes.ts';
import type { Replay } from './replay.ts';

export interface ReplaySessionOptions {
  readonly replay: Replay;
  readonly script: Script;
  readonly wire: Wire;
  readonly kind: SessionKind;
  readonly modelName: string | null;
  readonly watch: Watch;
  readonly clock: Clock;
  readonly log: SessionLog;
}

/** Bytes that may wait for a client before it is left to read. */
const congestedBytes = 1_000_000;

/** With what a wire that wants to join is closed: a take has one client. */
const overCode = 1000;

/** Plays a take to a client. The session has an id of its own; the one that the client is told is the recorded one. */
export function openReplay(options: ReplaySessionOptions): SessionHandle {
  const { replay, script, wire, clock, log } = options;
  const id = newSessionId();
  const watch = options.watch({ id, kind: options.kind, model: options.modelName, at: clock.now(), wire });
  const player = new TakePlayer({
    script,
    match: replay.match,
    speed: replay.speed,
    hands: {
      now: () => clock.now(),
      after: (ms, run) => clock.after(ms, run),
      send: (text) => wire.send(text),
      isCongested: () => wire.pendingBytes > congestedBytes,
      close: (code, reason) => wire.close(sendable(code), reason),
      mismatch(found) {
        log.info('a client left its take', { take: script.name, ...found });
        end(wire, { closeCode: 4000, error: replayMistakes.mismatch(found.param, found.message) });
      },
    },
  });
  const ended = new Promise<void>((resolve) => {
    player.start();
    wire.open({
      frame: (text) => player.client(text),
      binary: () => player.client(''),
      drained: () => player.goOn(),
      closed({ code, reason }) {
        player.stop();
        watch.closed(clock.now(), code);
        log.info('session closed', { code, reason });
        resolve();
      },
    });
  });
  return {
    id,
    ended,
    attach: (joined) => joined.close(overCode, ''),
    drain() {
      player.stop();
      end(wire, refusals.draining());
    },
  };
}

/** A code that may stand in a close frame: not what only tells that there was none. */
function sendable(code: number): number {
  return (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999)
    ? code
    : overCode;
}
