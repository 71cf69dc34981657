import {
  type Context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tracing } from '../../src/server/observability/tracing.ts';
import { typed } from '../promises/memory-client.ts';
import { watched } from './watched-client.ts';

const scenario = `
seed: 1
pace: { first_ms: 200, delta_ms: 100 }
replies:
  - when: { contains: weather }
    steps: [{ say: "Let me look." }, { call: { name: get_weather, arguments: { city: Paris } } }]
  - when: { contains: crash }
    steps: [{ fail: { code: server_error, message: "Broken." } }]
  - steps: [{ say: "You said nothing that I understand." }]
`;

const exporter = new InMemorySpanExporter();

function record(options: ConstructorParameters<typeof BasicTracerProvider>[0] = {}): void {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)], ...options });
  trace.setGlobalTracerProvider(provider);
}

/** Reads `traceparent` as the W3C says; an SDK brings the whole of it. */
const traceparent = {
  inject() {},
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const value = getter.get(carrier, 'traceparent');
    const [, traceId = '', spanId = '', flags = ''] = typeof value === 'string' ? value.split('-') : [];
    if (traceId === '') return context;
    return trace.setSpanContext(context, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
  },
  fields: () => ['traceparent'],
};

function named(name: string): ReadableSpan[] {
  return exporter.getFinishedSpans().filter((span) => span.name === name);
}

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1_000_000;
}

beforeEach(() => {
  exporter.reset();
  propagation.setGlobalPropagator(traceparent);
});

afterEach(() => {
  trace.disable();
  propagation.disable();
});

describe('the span of a response', () => {
  it('has its times, its tokens, what it is called, and its events', () => {
    record();
    const client = watched(tracing(), scenario);
    const start = client.clock.now();
    client.send(typed('what is the weather'), { type: 'response.create' });
    client.clock.advance(5000);
    const [span, ...others] = named('realtime.response');
    expect(others).toEqual([]);
    const done = client.events.find((event) => event.type === 'response.done');
    const response = done?.type === 'response.done' ? done.response : undefined;
    expect(span?.attributes).toEqual({
      'gen_ai.provider.name': 'antiphon',
      'gen_ai.system': 'antiphon',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'test',
      'gen_ai.response.id': response?.id,
      'gen_ai.conversation.id': response?.conversation_id,
      'gen_ai.output.type': 'speech',
      'gen_ai.usage.input_tokens': response?.usage?.input_tokens,
      'gen_ai.usage.output_tokens': response?.usage?.output_tokens,
      'gen_ai.usage.cache_read.input_tokens': 0,
      'gen_ai.usage.audio.input_tokens': 0,
      'gen_ai.usage.audio.output_tokens': response?.usage?.output_token_details?.audio_tokens,
      'gen_ai.usage.audio.cache_read.input_tokens': 0,
      'gen_ai.response.finish_reasons': ['tool_calls'],
      'gen_ai.response.time_to_first_chunk': 0.2,
      'antiphon.session.id': expect.stringMatching(/^sess_/),
      'antiphon.session.kind': 'realtime',
      'antiphon.session.transport': 'websocket',
      'antiphon.response.status': 'completed',
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
    expect(milliseconds(span?.startTime ?? [0, 0])).toBe(start);
    expect(span?.events.map(({ name, time, attributes }) => [name, milliseconds(time) - start, attributes])).toEqual([
      ['first_token', 200, {}],
      ['first_audio', 200, {}],
      [
        'tool_call',
        expect.any(Number),
        {
          'gen_ai.tool.name': 'get_weather',
          'gen_ai.tool.call.id': expect.stringMatching(/^call_/),
          'gen_ai.tool.type': 'function',
        },
      ],
    ]);
  });

  it('tells what the user waited for, from the end of speech to the first sound', () => {
    record();
    const client = watched(tracing(), scenario);
    client.speak(1000);
    client.speak(1000, 0);
    client.clock.advance(5000);
    const [span] = named('realtime.response');
    // The silence that ended the turn, and what the model takes to begin.
    expect(span?.attributes['antiphon.turn.wait_ms']).toBeGreaterThanOrEqual(400);
    expect(span?.attributes['antiphon.turn.wait_ms']).toBeLessThanOrEqual(700);
    expect(span?.attributes['gen_ai.response.time_to_first_chunk']).toBe(0.2);
    expect(span?.attributes['gen_ai.response.finish_reasons']).toEqual(['stop']);
  });

  it('names the upstream that answers, and is a client of it', () => {
    record();
    const upstream = { provider: 'azure.ai.openai', address: 'eu.openai.azure.com' };
    const session = { id: 'sess_1', kind: 'realtime', transport: 'websocket', model: 'm' } as const;
    const facts = { ...session, at: 0, wire: { pendingBytes: 0 }, upstream };

    const watch = tracing().opened(facts, () => undefined);
    const usage = {
      input_tokens: 10,
      output_tokens: 8,
      input_token_details: { audio_tokens: 6, cached_tokens: 5, cached_tokens_details: { audio_tokens: 4 } },
      output_token_details: { text_tokens: 8, audio_tokens: 0, reasoning_tokens: 3 },
    };
    watch.moment({ is: 'response_started', at: 1, response: { id: 'r' }, sinceSpeechMs: null });
    const response = { id: 'r', status: 'incomplete' as const, usage };
    watch.moment({ is: 'response_done', at: 2, response, sinceStartMs: 1, sinceSpeechMs: null });
    const [span] = named('realtime.response');
    expect(span?.kind).toBe(SpanKind.CLIENT);
    expect(span?.attributes).toMatchObject({
      'gen_ai.provider.name': 'azure.ai.openai',
      'server.address': 'eu.openai.azure.com',
      'gen_ai.response.finish_reasons': ['length'],
      'gen_ai.usage.cache_read.input_tokens': 5,
      'gen_ai.usage.audio.input_tokens': 6,
      'gen_ai.usage.audio.cache_read.input_tokens': 4,
      'gen_ai.usage.reasoning.output_tokens': 3,
    });
  });

  it('is an error where the response failed', () => {
    record();
    const client = watched(tracing(), scenario);
    client.send(typed('crash'), { type: 'response.create', response: { conversation: 'none' } });
    client.clock.advance(5000);
    const [span] = named('realtime.response');
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes).toMatchObject({ 'error.type': 'server_error', 'antiphon.response.status': 'failed' });
    expect(span?.attributes).not.toHaveProperty('gen_ai.conversation.id');
  });

  it('says why it was cancelled', () => {
    record();
    const client = watched(tracing(), scenario);
    client.send(typed('hi'), { type: 'response.create' }, { type: 'response.cancel' });
    const [span] = named('realtime.response');
    expect(span?.attributes).toMatchObject({
      'antiphon.response.status': 'cancelled',
      'antiphon.response.reason': 'client_cancelled',
    });
    expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('holds nothing of what was said', () => {
    record();
    const client = watched(tracing(), scenario);
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be a pirate.' } });
    client.send(typed('what is the weather'), { type: 'response.create' });
    client.clock.advance(5000);
    client.leave();
    const told = JSON.stringify(exporter.getFinishedSpans().map(({ attributes, events }) => [attributes, events]));
    for (const word of ['pirate', 'weather in', 'what is', 'Let me', 'Paris']) expect(told).not.toContain(word);
  });
});

describe('the span of a session', () => {
  it('ends with the session, and is the parent of its responses', () => {
    record();
    const client = watched(tracing(), scenario);
    client.send({ type: 'response.cancel' }, typed('hi'), { type: 'response.create' });
    client.clock.advance(5000);
    expect(named('realtime.session')).toEqual([]);
    client.leave();
    const [session] = named('realtime.session');
    const [response] = named('realtime.response');
    expect(response?.parentSpanContext?.spanId).toBe(session?.spanContext().spanId);
    expect(response?.spanContext().traceId).toBe(session?.spanContext().traceId);
    expect(session?.attributes).toMatchObject({ 'antiphon.close_code': 1000 });
    expect(session?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['error', { 'error.type': 'response_cancel_not_active' }],
    ]);
  });

  it('ends the spans of responses that it cuts off', () => {
    record();
    const client = watched(tracing(), scenario);
    client.send(typed('hi'), { type: 'response.create' });
    client.leave();
    const [response] = named('realtime.response');
    expect(response?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'cut off' });
  });

  it('is a child of the caller’s span', () => {
    record();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const client = watched(tracing(), scenario, {
      header: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    client.leave();
    const [session] = named('realtime.session');
    expect(session?.spanContext().traceId).toBe(traceId);
    expect(session?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it('costs nothing where it is not sampled, or no SDK is there', () => {
    const facts = {
      id: 'sess_1',
      kind: 'realtime',
      transport: 'websocket',
      model: 'm',
      at: 0,
      wire: { pendingBytes: 0 },
    } as const;
    const noHeader = () => undefined;
    const withoutSdk = tracing().opened(facts, noHeader);
    record({ sampler: new AlwaysOffSampler() });
    expect(tracing().opened(facts, noHeader)).toBe(withoutSdk);
    expect(trace.getSpan(ROOT_CONTEXT)).toBeUndefined();
  });
});
