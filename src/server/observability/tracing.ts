import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Response } from '../../protocol/types.ts';
import type { HeaderReader } from '../admission/keys.ts';
import {
  endAttributes,
  firstOutputAttributes,
  sessionAttributes,
  spanNames,
  startAttributes,
  waitAttributes,
} from './attributes.ts';
import type { Moment } from './observation/moment.ts';
import { blindWatch, type Observer, type SessionFacts, type SessionWatch } from './observation/observer.ts';

/**
 * A span for each session and, below it, one for each response, through OpenTelemetry's API: they cost nothing, and go
 * nowhere, until the process sets up an SDK. A session that is not sampled has no responses to show either. Spans hold
 * names, counts and times, never what was said.
 */
export function tracing(): Observer {
  const tracer = trace.getTracer('antiphon');
  return {
    refused() {},
    opened(facts, header) {
      const caller = propagation.extract(context.active(), header, headerGetter);
      const span = tracer.startSpan(
        spanNames.session,
        { kind: SpanKind.SERVER, startTime: new Date(facts.at), attributes: sessionAttributes(facts) },
        caller,
      );
      return span.isRecording() ? new SessionSpans(tracer, facts, span, trace.setSpan(caller, span)) : blindWatch;
    },
  };
}

/** Reads the caller's trace (`traceparent`) from the request that opened the session. */
const headerGetter = {
  get: (header: HeaderReader, name: string) => header(name),
  keys: () => [],
};

type FirstOutput = Extract<Moment, { is: 'first_token' | 'first_audio' }>;

class SessionSpans implements SessionWatch {
  readonly #tracer: Tracer;
  readonly #facts: SessionFacts;
  readonly #span: Span;
  readonly #context: Context;
  readonly #responses = new Map<string, Span>();

  constructor(tracer: Tracer, facts: SessionFacts, span: Span, inSession: Context) {
    this.#tracer = tracer;
    this.#facts = facts;
    this.#span = span;
    this.#context = inSession;
  }

  heard(): void {}

  spoke(): void {}

  moment(moment: Moment): void {
    const at = new Date(moment.at);
    switch (moment.is) {
      case 'response_started':
        return this.#start(moment.response, at);
      case 'first_token':
      case 'first_audio':
        return this.#first(moment, at);
      case 'tool_call':
        return void this.#responses.get(moment.responseId)?.addEvent(
          'tool_call',
          {
            'gen_ai.tool.name': moment.name,
            'gen_ai.tool.call.id': moment.callId,
            'gen_ai.tool.type': moment.kind === 'mcp' ? 'extension' : 'function',
          },
          at,
        );
      case 'response_done':
        return this.#end(moment.response, at);
      case 'error':
        return void this.#span.addEvent('error', { 'error.type': moment.code ?? 'none' }, at);
      default:
        return;
    }
  }

  closed(at: number, code: number): void {
    const end = new Date(at);
    for (const span of this.#responses.values())
      span.setStatus({ code: SpanStatusCode.ERROR, message: 'cut off' }).end(end);
    this.#responses.clear();
    this.#span.setAttribute('antiphon.close_code', code).end(end);
  }

  #first({ is, responseId, sinceStartMs, sinceSpeechMs }: FirstOutput, at: Date): void {
    const span = this.#responses.get(responseId);
    span?.addEvent(is, at);
    // The first token comes no later than the first sound; what the user waits for is the sound, where there is any.
    span?.setAttributes(
      is === 'first_token' ? firstOutputAttributes(sinceStartMs, sinceSpeechMs) : waitAttributes(sinceSpeechMs),
    );
  }

  #start(response: Response, at: Date): void {
    const { id = '' } = response;
    const kind = this.#facts.upstream === undefined ? SpanKind.INTERNAL : SpanKind.CLIENT;
    const attributes = { ...sessionAttributes(this.#facts), ...startAttributes(response) };
    const span = this.#tracer.startSpan(spanNames.response, { kind, startTime: at, attributes }, this.#context);
    this.#responses.set(id, span);
  }

  #end(response: Response, at: Date): void {
    const span = this.#responses.get(response.id ?? '');
    if (span === undefined) return;
    this.#responses.delete(response.id ?? '');
    span.setAttributes(endAttributes(response));
    const failure = response.status_details?.type === 'failed' ? response.status_details.error : null;
    if (failure) {
      span.setAttribute('error.type', failure.code ?? failure.type ?? 'failed');
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(at);
  }
}
