import type { TranslationAudio } from '../../core/translation/config.ts';
import type { TranslationEffect } from '../../core/translation/effect.ts';
import type { TranslationInput } from '../../core/translation/input.ts';
import { newTranslation } from '../../core/translation/new-session.ts';
import type { TranslationRules, TranslationState } from '../../core/translation/session.ts';
import type { VoiceQueue } from '../../engines/contract.ts';
import type { Wire } from '../../wire/wire.ts';
import { end, refusals } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import { blindWatch, type Watch } from '../observability/observation/observer.ts';
import { watchedTranslation } from '../observability/observation/watched-step.ts';
import { keepBooks, withinTotal } from '../session/bounded-feed.ts';
import { refuseBinary } from '../session/client-frame.ts';
import { noAccount, type OpenAccount } from '../session/held-bytes.ts';
import { Inbox } from '../session/inbox.ts';
import { randomWords } from '../session/random-words.ts';
import { createRunner, type Runner } from '../session/runner.ts';
import type { SessionHandle } from '../session/session.ts';
import { newSessionId } from '../session/session-id.ts';
import { endlessTurns, type Turns } from '../session/turns.ts';
import { admitTranslation } from './admit.ts';
import type { TranslatingModel } from './model.ts';
import { createTranslationPerformer } from './perform.ts';

/** What a translation session is opened with. */
export interface TranslationOptions {
  readonly wire: Wire;
  readonly model: TranslatingModel;
  readonly modelName: string;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Where the configuration starts from, such as a client secret's. Default: nothing set. */
  readonly audio?: TranslationAudio;
  readonly log: SessionLog;
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

/** Opens a translation session on an accepted wire: `session.created` is sent at once, then the client is heard. */
export function openTranslation(options: TranslationOptions): SessionHandle {
  const { wire, modelName, clock, limits, log, turns = endlessTurns } = options;
  const first = beginning(options);
  const { id } = first.config;
  const sessionLog = log.child({ session: id });
  const watch = (options.watch ?? blind)({ id, kind: 'translation', model: modelName, at: clock.now(), wire });
  const books = keepBooks(options.openAccount ?? noAccount, () => performer.soundBytes);
  const runner: Runner<TranslationState, TranslationInput> = createRunner({
    step: watchedTranslation(watch),
    first,
    perform: books.counted((effect: TranslationEffect) => performer.perform(effect)),
    crashed,
    turns,
    gotOn: () => inbox.goOn(),
  });
  const { feed, defer } = runner;
  const inbox = new Inbox(wire, { turns, unreadBytes: limits.unsentBytes, backlog: () => runner.backlog });
  const performer = createTranslationPerformer({ ...options, log: sessionLog, feed, defer });

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
    feed({ at: clock.now(), from: 'server', say: 'open' });
    inbox.open({
      frame: (text) => feed(withinTotal(admitTranslation(text, clock.now(), limits.frameBytes), text.length, books)),
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
  sessionLog.info('session opened', { model: modelName, kind: 'translation' });
  return { id, drain: () => feed({ at: clock.now(), from: 'server', say: 'drain' }), ended };
}

/** The session before its first input. */
function beginning({ model, modelName, clock, limits, audio }: TranslationOptions): TranslationState {
  const rules: TranslationRules = {
    maxAgeMs: limits.sessionMinutes * 60_000,
    maxBufferedMs: limits.bufferedAudioSeconds * 1000,
  };
  const seed = model.seed ?? randomWords();
  const opening = { id: newSessionId(), rules, seed, model: modelName, at: clock.now() };
  return newTranslation(audio === undefined ? opening : { ...opening, audio });
}
