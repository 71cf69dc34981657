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
        'realtime.session',
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
        return void this.#responses.get(moment.responseId)?.addEvent(moment.is, at);
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

  #start(response: Response, at: Date): void {
    const { id = '', conversation_id: conversation, output_modalities: modalities } = response;
    const attributes = {
      ...sessionAttributes(this.#facts),
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.id': id,
      'gen_ai.output.type': modalities?.[0] === 'text' ? 'text' : 'speech',
      ...(conversation ? { 'gen_ai.conversation.id': conversation } : {}),
    };
    this.#responses.set(id, this.#tracer.startSpan('realtime.response', { startTime: at, attributes }, this.#context));
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

function sessionAttributes({ id, kind, model, transport }: SessionFacts) {
  return {
    'gen_ai.system': 'antiphon',
    'antiphon.session.id': id,
    'antiphon.session.kind': kind,
    'antiphon.session.transport': transport,
    ...(model === null ? {} : { 'gen_ai.request.model': model }),
  };
}

function endAttributes({ status, status_details: details, usage }: Response) {
  return {
    'antiphon.response.status': status ?? 'none',
    ...(details?.type !== 'failed' && details?.reason ? { 'antiphon.response.reason': details.reason } : {}),
    'gen_ai.usage.input_tokens': usage?.input_tokens ?? 0,
    'gen_ai.usage.output_tokens': usage?.output_tokens ?? 0,
  };
}
