import type { ApiError, ServerEventMap } from '../../protocol/events/index.ts';
import type { Outgoing, Transport } from '../connection/transport.ts';
import { ClientError, RealtimeError } from '../errors.ts';
import { checkNumber } from '../events/deadline.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { Ids } from '../ids.ts';
import type { Requests } from '../requests/requests.ts';
import type { SettledOptions } from '../settled-options.ts';
import { type CreateFacts, metadataKey } from './create.ts';
import type { Floor } from './floor.ts';
import type { RespondOptions, ResponseHandle } from './response.ts';
import { RunningResponse } from './response-handle.ts';
import { Responses, withoutKey } from './responses.ts';
import { Sequencer } from './sequencer.ts';

/** What is done with events beside this. */
export interface ResponderOwner {
  readonly ids: Ids;
  readonly requests: Requests;
  readonly transport: Transport;
}

/** Pairs that a response's metadata may have (behaviour §1.6). */
const maxMetadata = 16;

/** Everything about responses: asks for them in turn, and brings their events to those who asked. */
export class Responder {
  readonly #owner: ResponderOwner;
  readonly #options: SettledOptions;
  readonly #responses = new Responses();
  readonly #sequencer: Sequencer;
  /** Events of ours that cancel, until it is clear that the server has nothing to say against them. */
  readonly #cancels = new Set<string>();

  constructor(owner: ResponderOwner, options: SettledOptions) {
    this.#owner = owner;
    this.#options = options;
    this.#sequencer = new Sequencer(options, (responseId) => void this.#cancel(responseId).catch(() => {}));
  }

  get floor(): Floor {
    return this.#sequencer.floor;
  }

  /** Nobody speaks and nothing is asked. */
  get isQuiet(): boolean {
    return !this.#sequencer.isBusy;
  }

  respond(options: RespondOptions): ResponseHandle {
    const { requestTimeoutMs } = this.#options;
    const { whenBusy = 'wait', answers, signal, timeoutMs = requestTimeoutMs, ...params } = options;
    checkNumber('timeoutMs', timeoutMs);
    const { transport, ids } = this.#owner;
    const facts: CreateFacts = {
      key: ids.event(),
      // Where the caller's own metadata leave no room, the order of events has to do.
      isKeyed: Object.keys(params.metadata ?? {}).length < maxMetadata,
      outOfBand: params.conversation === 'none',
      cancelsOthers: whenBusy === 'cancel',
      readsConversation: params.input === undefined,
      answers: answers ?? null,
    };
    const { key, isKeyed, outOfBand } = facts;
    let cancelTimer = () => {};
    const abort = () => void handle.cancel().catch(() => {});
    const send = () => {
      cancelTimer();
      cancelTimer = this.#limit(handle, timeoutMs);
      const response = isKeyed ? { ...params, metadata: { ...params.metadata, [metadataKey]: key } } : params;
      const create = { type: 'response.create', event_id: key, response };
      this.#send(create, handle);
    };
    const owner = {
      send,
      withdraw: () => this.#withdraw(handle),
      cancel: (responseId: string) => this.#cancel(responseId),
      begun: (begun: RunningResponse, responseId: string) => {
        cancelTimer();
        this.#responses.begun(begun, responseId);
      },
      mistaken: (responseId: string) => this.#responses.mistaken(responseId),
      ended: (ended: RunningResponse) => {
        cancelTimer();
        signal?.removeEventListener('abort', abort);
        this.#responses.ended(ended);
      },
    };
    const handle = new RunningResponse(owner, facts, this.#options);
    if (transport.state === 'closed') handle.fail(new ClientError('closed'));
    else if (signal?.aborted === true) abort();
    else if (whenBusy === 'fail' && !outOfBand && this.#sequencer.isBusy) handle.fail(new ClientError('busy'));
    if (handle.isOver) return handle;
    this.#responses.add(handle);
    signal?.addEventListener('abort', abort);
    this.#sequencer.ask(handle);
    return handle;
  }

  /** An event that the app sends of itself. */
  noticed(event: Outgoing): void {
    if (event.type === 'input_audio_buffer.append') this.#sequencer.sentSound();
    if (event.type !== 'response.create') return;
    const { conversation, input } = paramsOf(event);
    if (conversation !== 'none') this.#sequencer.sentByApp(event.event_id ?? '', input === undefined);
  }

  /** Takes an event before the app sees it. Says whether it is none of the app's business. */
  take(event: AnyServerEvent): boolean {
    const isHandled = event.type === 'error' && this.#hasCrossed(event.error);
    const isOurs = this.#sequencer.take(event) || isHandled;
    withoutKey(event, this.#owner.ids);
    this.#responses.take(event);
    return isOurs;
  }

  /** A response began or ended, and nobody can tell which: what was asked is given up, and nothing stands in the way. */
  unclear(error: ClientError): void {
    this.#responses.fail(error, (handle) => handle.isAsked);
    this.#sequencer.clear();
  }

  resume(): void {
    this.#sequencer.resume();
  }

  /** The connection is gone: what was asked is lost, what waits goes on waiting. */
  lost(error: ClientError): void {
    const waits = (key: string) => this.#owner.transport.holds(key);
    this.#sequencer.pause(waits);
    this.#cancels.clear();
    this.#responses.fail(error, (handle) => handle.isAsked && !waits(handle.facts.key));
  }

  end(error: ClientError): void {
    this.#sequencer.stop();
    this.#responses.fail(error);
  }

  #send(event: Outgoing, handle: RunningResponse): void {
    try {
      this.#owner.transport.send(event);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#sequencer.unsent(handle);
      handle.fail(error);
    }
  }

  /** Takes back what has not left for the server. Says whether that was so. */
  #withdraw(handle: RunningResponse): boolean {
    const { transport } = this.#owner;
    const { key } = handle.facts;
    if (!handle.isAsked) this.#sequencer.withdraw(handle);
    else if (!transport.holds(key)) return false;
    else this.#unsend(handle);
    return true;
  }

  #unsend(handle: RunningResponse): void {
    this.#owner.transport.forget(handle.facts.key);
    this.#sequencer.unsent(handle);
  }

  /** The server must begin in time. One that is late may still begin, as long as it may take to answer anything. */
  #limit(handle: RunningResponse, timeoutMs: number): () => void {
    const { clock, requestTimeoutMs, turnMs } = this.#options;
    return clock.after(timeoutMs, () => {
      // The server was busy, and it is not asked at the moment.
      if (!handle.isAsked) return;
      if (this.#owner.transport.holds(handle.facts.key)) this.#unsend(handle);
      else this.#sequencer.giveUp(handle, Math.max(turnMs, requestTimeoutMs - timeoutMs));
      handle.fail(new ClientError('timeout'));
    });
  }

  /** Resolves when the response has ended, also where it had ended before the server read this. */
  async #cancel(responseId: string): Promise<void> {
    const { ids, requests, transport } = this.#owner;
    const event_id = ids.event();
    const event = { type: 'response.cancel', event_id, response_id: responseId };
    const answer = (came: AnyServerEvent) => (isEndOf(came, responseId) ? came : null);
    this.#cancels.add(event_id);
    try {
      const end = await requests.send({ event, answer }, (sent) => transport.send(sent));
      if (end.response.status_details?.reason === 'client_cancelled') this.#cancels.delete(event_id);
    } catch (error) {
      if (!(error instanceof RealtimeError && error.code === nothingToCancel)) throw error;
    }
  }

  /** Our cancel met a response that had ended by itself; its end came first. Where the error names no event, it is the oldest. */
  #hasCrossed({ code, event_id }: ApiError): boolean {
    if (code !== nothingToCancel) return false;
    const [oldest = ''] = this.#cancels;
    return this.#cancels.delete(event_id || oldest);
  }
}

const nothingToCancel = 'response_cancel_not_active';

function isEndOf(event: AnyServerEvent, responseId: string): event is ServerEventMap['response.done'] {
  return event.type === 'response.done' && event.response.id === responseId;
}

/** What a create of the app's asks for. */
function paramsOf(event: Outgoing): { readonly conversation?: unknown; readonly input?: unknown } {
  return 'response' in event && typeof event.response === 'object' ? (event.response ?? {}) : {};
}
