import { usdOf } from '../../../usage/money.ts';
import type { CallPackets } from './call-packets.ts';
import type { RecordingTally } from './recording-tally.ts';
import { type Distribution, type Sample } from './series.ts';
import type { Tally } from './tally.ts';
import type { Traffic } from './traffic.ts';
import type { UpstreamTally } from './upstream-tally.ts';

/** Where the figures of a scrape come from. */
export interface Figures {
  readonly tally: Tally;
  readonly traffic: Traffic;
  readonly packets: CallPackets;
  readonly upstreams: UpstreamTally;
  readonly recordings: RecordingTally;
  readonly store: { readonly isUp: boolean };
}

/** A family of metrics that is read when someone asks. */
export type Family = {
  readonly name: string;
  readonly help: string;
  /** What the figures of several processes come to together. Default: their sum. */
  readonly across?: 'min' | 'max' | 'average';
} & (
  | { readonly type: 'gauge' | 'counter'; readonly labels: readonly string[]; read(): readonly Sample[] }
  | { readonly type: 'histogram'; readonly labels: readonly string[]; read(): readonly Distribution[] }
);

/** Every metric of a server, beside those of its process. */
export function families({ tally, traffic, packets, upstreams, recordings, store }: Figures): readonly Family[] {
  return [
    ...sessionFamilies(tally),
    ...turnFamilies(tally),
    ...limitFamilies(tally),
    ...trafficFamilies(tally, traffic),
    ...callFamilies(packets),
    counter('antiphon_takes_total', 'Recordings of sessions ended.', ['outcome'], () => recordings.takes.samples),
    ...upstreamFamilies(upstreams),
    across(
      'min',
      gauge('antiphon_store_up', 'Whether the shared state answers: 1, or 0.', [], () => [
        { labels: {}, value: Number(store.isUp) },
      ]),
    ),
  ];
}

function sessionFamilies(tally: Tally): readonly Family[] {
  return [
    gauge('antiphon_sessions', 'Sessions open now.', ['kind', 'transport'], () => tally.sessions),
    counter('antiphon_sessions_total', 'Sessions opened.', ['kind', 'transport'], () => tally.sessionsTotal.samples),
    counter('antiphon_session_closes_total', 'Sessions ended.', ['code', 'transport'], () => tally.closes.samples),
    counter('antiphon_refusals_total', 'Connections refused.', ['code'], () => tally.refusals.samples),
    counter('antiphon_errors_total', 'Error events sent in sessions.', ['code'], () => tally.errors.samples),
  ];
}

function turnFamilies(tally: Tally): readonly Family[] {
  const { responseTimes, turnTimes } = tally;
  return [
    counter('antiphon_responses_total', 'Responses ended.', ['status', 'reason'], () => tally.responses.samples),
    histogram(
      'antiphon_response_seconds',
      'Time from the start of a response to each stage of it.',
      () => responseTimes.distributions,
    ),
    histogram(
      'antiphon_turn_seconds',
      'Time from the end of speech to each stage of its answer.',
      () => turnTimes.distributions,
    ),
    counter('antiphon_tool_calls_total', 'Tool calls that models made.', ['kind'], () => tally.toolCalls.samples),
    counter('antiphon_tokens_total', 'Tokens of responses.', ['direction', 'modality'], () => tally.tokens.samples),
    counter('antiphon_transcriptions_total', 'Transcriptions ended.', ['outcome'], () => tally.transcriptions.samples),
    counter('antiphon_translations_total', 'Utterances translated.', [], () => tally.translations.samples),
  ];
}

function limitFamilies(tally: Tally): readonly Family[] {
  const dollars = (): readonly Sample[] =>
    tally.costs.samples.map(({ labels, value }) => ({ labels, value: usdOf(value) }));
  return [
    gauge(
      'antiphon_key_sessions',
      'Sessions open now, by the name of their key.',
      ['key'],
      () => tally.keySessions.samples,
    ),
    counter(
      'antiphon_limit_refusals_total',
      'What the limits of keys refused.',
      ['limit'],
      () => tally.limitRefusals.samples,
    ),
    counter('antiphon_cost_usd_total', 'What sessions have cost, in US dollars.', ['model', 'key'], dollars),
    counter(
      'antiphon_unpriced_responses_total',
      'Responses of models without a price.',
      [],
      () => tally.unpricedResponses.samples,
    ),
  ];
}

function trafficFamilies(tally: Tally, traffic: Traffic): readonly Family[] {
  const both = (inward: number, outward: number): readonly Sample[] => [
    { labels: { direction: 'in' }, value: inward },
    { labels: { direction: 'out' }, value: outward },
  ];
  const { frames, sound } = tally;
  return [
    counter('antiphon_frames_total', 'Frames of sessions.', ['direction'], () => both(frames.in, frames.out)),
    counter('antiphon_network_bytes_total', 'Bytes on all connections.', ['direction'], () =>
      both(traffic.inBytes, traffic.outBytes),
    ),
    counter('antiphon_audio_seconds_total', 'Sound that came in and went out.', ['direction'], () =>
      both(sound.in / 1000, sound.out / 1000),
    ),
    gauge('antiphon_unsent_bytes', 'Bytes that wait for readers.', [], () => [
      { labels: {}, value: tally.unsent.allBytes },
    ]),
    across(
      'max',
      gauge('antiphon_unsent_bytes_largest', 'Bytes that wait for the slowest reader.', [], () => [
        { labels: {}, value: tally.unsent.largestBytes },
      ]),
    ),
  ];
}

function callFamilies(packets: CallPackets): readonly Family[] {
  const only = (value: number): readonly Sample[] => [{ labels: {}, value }];
  return [
    counter('antiphon_call_packets_total', 'Packets with the sound of calls.', ['outcome'], () => packets.totals),
    across(
      'average',
      gauge(
        'antiphon_call_jitter_seconds',
        'How unsteadily the packets of calls come, in the mean of all calls.',
        [],
        () => only(packets.jitter.mean),
      ),
    ),
    across(
      'max',
      gauge('antiphon_call_jitter_seconds_largest', 'How unsteadily the packets of the worst call come.', [], () =>
        only(packets.jitter.largest),
      ),
    ),
  ];
}

function upstreamFamilies(upstreams: UpstreamTally): readonly Family[] {
  const each = ['model', 'upstream'];
  return [
    across(
      'max',
      gauge('antiphon_upstream_up', 'Whether an upstream of a relay is in use: 1, or 0.', each, () => upstreams.up),
    ),
    gauge('antiphon_upstream_sessions', 'Sessions that an upstream has now.', each, () => upstreams.sessions),
    counter(
      'antiphon_upstream_connects_total',
      'Tries to open a session upstream.',
      [...each, 'outcome'],
      () => upstreams.connects.samples,
    ),
    {
      type: 'histogram',
      name: 'antiphon_upstream_connect_seconds',
      help: 'Time until an upstream took a session, or failed to.',
      labels: ['outcome'],
      read: () =>
        upstreams.connectTimes.distributions.map(({ labels: { stage = '' }, ...rest }) => ({
          ...rest,
          labels: { outcome: stage },
        })),
    },
    counter(
      'antiphon_upstream_failovers_total',
      'Sessions that went to another upstream than the first.',
      ['when'],
      () => upstreams.failovers.samples,
    ),
  ];
}

function gauge(name: string, help: string, labels: readonly string[], read: () => readonly Sample[]): Family {
  return { type: 'gauge', name, help, labels, read };
}

function across(how: NonNullable<Family['across']>, family: Family): Family {
  return { ...family, across: how };
}

function counter(name: string, help: string, labels: readonly string[], read: () => readonly Sample[]): Family {
  return { type: 'counter', name, help, labels, read };
}

function histogram(name: string, help: string, read: () => readonly Distribution[]): Family {
  return { type: 'histogram', name, help, labels: ['stage'], read };
}
