import type { Session } from '../../protocol/events/index.ts';
import type { Clock } from '../clock.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { ReconnectOptions } from './options.ts';
import { ConversationRecord, maxItems } from './record.ts';
import { Renewal } from './renewal.ts';
import { replayPlan, type Told } from './replay-plan.ts';
import { mergedSettings } from './settings.ts';

/** What a new connection is told, so that the conversation goes on. */
export interface Memory {
  /** The settings that the app has made; null if it has made none. */
  readonly settings: Session | null;
  readonly items: readonly Told[];
}

/** Remembers what a session is, for the one that will take its place. */
export class Continuity {
  readonly #record = new ConversationRecord();
  readonly #renewal: Renewal;
  #settings: Session | null = null;
  /** What the new session is being told. */
  #telling: readonly Told[] = [];

  /** `renew` asks for a new connection where the moment is quiet, and says whether it is. */
  constructor(clock: Clock, { renewBeforeMs = 300_000 }: ReconnectOptions, renew: () => boolean) {
    this.#renewal = new Renewal(clock, renewBeforeMs, renew);
  }

  take(event: AnyServerEvent): void {
    this.#record.take(event);
    if (event.type === 'session.created') this.#renewal.begin(event.session);
  }

  /** The session was found again. True, for whoever asks whether it has. */
  greetedAgain({ session }: Extract<AnyServerEvent, { type: 'session.created' }>): true {
    this.#renewal.begin(session);
    return true;
  }

  /** The server will end the connection: a quiet moment is sought from now on. */
  renewSoon(): void {
    this.#renewal.begin();
  }

  /** The event tells of an item what is known already. */
  knows(event: AnyServerEvent): boolean {
    return this.#record.knows(event);
  }

  /** The server has taken these settings. */
  accepted(update: Session): void {
    this.#settings = mergedSettings(this.#settings, update);
  }

  /** The connection is gone. What was being told and had not arrived is still to be told. */
  lost(): void {
    const plan = replayPlan(this.#record);
    const known = new Set(plan.map(({ id }) => id));
    this.#telling = [...plan, ...this.#telling.filter(({ id }) => !known.has(id))].slice(0, maxItems);
    this.#record.clear();
    this.#renewal.stop();
  }

  /** What to tell a new session. */
  recall(): Memory {
    return { settings: this.#settings, items: this.#telling };
  }

  /** The new session has been told. */
  told(): void {
    this.#telling = [];
  }

  stop(): void {
    this.#renewal.stop();
  }
}

const aboutTheLastConnection: ReadonlySet<string> = new Set([
  'input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'conversation.item.truncate',
  'response.cancel',
  'output_audio_buffer.clear',
]);

/** Such an event makes no sense to another connection than the one that it was meant for. */
export function isStale(type: string): boolean {
  return aboutTheLastConnection.has(type);
}
