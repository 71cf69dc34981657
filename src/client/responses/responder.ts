import type { ApiError, Response, ResponseCreateParams } from '../../protocol/events/index.ts';
import { alarm } from '../alarm.ts';
import type { Outgoing, Transport } from '../connection/transport.ts';
import { ClientError, RealtimeError } from '../errors.ts';
import { checkNumber } from '../events/deadline.ts';
import { isObject } from '../events/event-shapes.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { Ids } from '../ids.ts';
import type { Requests } from '../requests/requests.ts';
import type { SettledOptions } from '../settled-options.ts';
import { type CreateFacts, metadataKey } from './create.ts';
import type { Floor } from './floor.ts';
import type { RespondOptions, ResponseHandle } from './response.ts';
import { RunningResponse } from './response-handle.ts';
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
  /** All that are not over. */
  readonly #open = new Set<RunningResponse>();
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
    const { requestTimeoutMs, clock } = this.#options;
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
    const limit = alarm(clock);
    const abort = () => void handle.cancel().catch(() => {});
    const owner = {
      send: () => {
        limit.stop();
        limit.set(timeoutMs, () => this.#isLate(handle, timeoutMs));
        this.#send(handle, params);
      },
      withdraw: () => this.#withdraw(handle),
      cancel: (responseId: string) => this.#cancel(responseId),
      ended: () => {
        limit.stop();
        signal?.removeEventListener('abort', abort);
        this.#open.delete(handle);
      },
    };
    const handle = new RunningResponse(owner, facts, this.#options);
    if (transport.state === 'closed') handle.fail(new ClientError('closed'));
    else if (signal?.aborted === true) abort();
    else if (whenBusy === 'fail' && !facts.outOfBand && this.#sequencer.isBusy) handle.fail(new ClientError('busy'));
    if (handle.isOver) return handle;
    this.#open.add(handle);
    signal?.addEventListener('abort', abort);
    this.#sequencer.ask(handle);
    return handle;
  }

  /** An event that the app sends of itself. */
  noticed(event: Outgoing): void {
    if (event.type === 'input_audio_buffer.append') this.#sequencer.sentSound();
    if (event.type !== 'response.create') return;
    const params = isObject(event['response']) ? event['response'] : {};
    if (params['conversation'] === 'none') return;
    this.#sequencer.sentByApp(event.event_id ?? '', params['input'] === undefined);
  }

  /** Takes an event before the app sees it. Says whether it is none of the app's business. */
  take(event: AnyServerEvent): boolean {
    const isHandled = event.type === 'error' && this.#hasCrossed(event.error);
    const isOurs = this.#sequencer.take(event) || isHandled;
    withoutKey(event, this.#owner.ids);
    if (event.type.startsWith('response.')) for (const handle of this.#open) handle.take(event);
    return isOurs;
  }

  /** A response began or ended, and nobody can tell which: what was asked is given up, and nothing stands in the way. */
  unclear(error: ClientError): void {
    this.#fail(error, (handle) => handle.isAsked);
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
    this.#fail(error, (handle) => handle.isAsked && !waits(handle.facts.key));
  }

  end(error: ClientError): void {
    this.#sequencer.stop();
    this.#fail(error);
  }

  /** Fails the handles for which `isLost` is true. */
  #fail(error: ClientError, isLost: (handle: RunningResponse) => boolean = () => true): void {
    for (const handle of this.#open) if (isLost(handle)) handle.fail(error);
  }

  #send(handle: RunningResponse, params: ResponseCreateParams): void {
    const { key, isKeyed } = handle.facts;
    const response = isKeyed ? { ...params, metadata: { ...params.metadata, [metadataKey]: key } } : params;
    try {
      this.#owner.transport.send({ type: 'response.create', event_id: key, response });
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      this.#sequencer.withdraw(handle);
      handle.fail(error);
    }
  }

  /** Takes back what has not left for the server. Says whether that was so. */
  #withdraw(handle: RunningResponse): boolean {
    const { transport } = this.#owner;
    const { key } = handle.facts;
    if (handle.isAsked && !transport.holds(key)) return false;
    transport.forget(key);
    this.#sequencer.withdraw(handle);
    return true;
  }

  /** The server must begin in time. One that is late may still begin, as long as it may take to answer anything. */
  #isLate(handle: RunningResponse, timeoutMs: number): void {
    const { requestTimeoutMs, turnMs } = this.#options;
    // It has begun, or the server was busy and is not asked at the moment.
    if (handle.id !== null || !handle.isAsked) return;
    if (!this.#withdraw(handle)) this.#sequencer.giveUp(handle, Math.max(turnMs, requestTimeoutMs - timeoutMs));
    handle.fail(new ClientError('timeout'));
  }

  /** Resolves when the response has ended, also where it had ended before the server read this. */
  async #cancel(responseId: string): Promise<void> {
    const { ids, requests, transport } = this.#owner;
    const event_id = ids.event();
    const event = { type: 'response.cancel', event_id, response_id: responseId };
    this.#cancels.add(event_id);
    try {
      const end = await requests.send({ event, answers: ['response.done'] }, (sent) => transport.send(sent));
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

/** Takes a key of this session out of a response's metadata, and with it metadata that had nothing else. */
function withoutKey(event: AnyServerEvent, { isOwn }: Ids): void {
  if (event.type !== 'response.created' && event.type !== 'response.done') return;
  const response: Response = event.response;
  const { [metadataKey]: key = '', ...rest } = response.metadata ?? {};
  if (isOwn(key)) response.metadata = Object.keys(rest).length === 0 ? null : rest;
}
