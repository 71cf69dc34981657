import type { Response } from '../../../protocol/types.ts';
import type { Ledger, LimitLabel } from '../../metering/ledger.ts';
import type { Moment } from '../observation/moment.ts';
import type { Observer, SessionFacts, SessionWatch } from '../observation/observer.ts';
import type { FrameCount } from './counted-wire.ts';
import { closeLabel, codeLabel } from './labels.ts';
import { Counts, Latencies, type Sample } from './series.ts';

/** What a response or a turn had come to when its time was taken. */
export type ResponseStage = 'first_token' | 'first_audio' | 'done';
export type TurnStage = 'committed' | 'transcribed' | 'response' | ResponseStage;

/** Every kind of session that there may be; none of calls translates. */
const kinds: readonly Pick<SessionFacts, 'kind' | 'transport'>[] = [
  { kind: 'realtime', transport: 'websocket' },
  { kind: 'transcription', transport: 'websocket' },
  { kind: 'translation', transport: 'websocket' },
  { kind: 'realtime', transport: 'webrtc' },
  { kind: 'transcription', transport: 'webrtc' },
  { kind: 'realtime', transport: 'twilio' },
  { kind: 'realtime', transport: 'telnyx' },
  { kind: 'realtime', transport: 'sip' },
];

/**
 * What a server has done so far, in plain numbers. Counting costs a few additions; putting the numbers into the form that
 * a scraper reads happens only when one asks (`exposition.ts`).
 */
export class Tally implements Observer, Ledger {
  readonly sessionsTotal = new Counts();
  readonly closes = new Counts();
  readonly refusals = new Counts();
  readonly errors = new Counts();
  readonly responses = new Counts();
  readonly toolCalls = new Counts();
  readonly tokens = new Counts();
  readonly transcriptions = new Counts();
  readonly translations = new Counts();
  /** In micro-dollars. */
  readonly costs = new Counts();
  readonly unpricedResponses = new Counts();
  readonly limitRefusals = new Counts();
  readonly keySessions = new Counts();
  /** From `response.created` on. */
  readonly responseTimes = new Latencies<ResponseStage>();
  /** From the end of the user's speech on. */
  readonly turnTimes = new Latencies<TurnStage>();
  readonly frames: FrameCount = { in: 0, out: 0 };
  /** Milliseconds of sound. */
  readonly sound = { in: 0, out: 0 };
  readonly #open = new Set<SessionFacts>();

  /** Sessions open now, of every kind. */
  get sessions(): readonly Sample[] {
    const open = [...this.#open];
    return kinds.map(({ kind, transport }) => ({
      labels: { kind, transport },
      value: open.filter((each) => each.kind === kind && each.transport === transport).length,
    }));
  }

  /** Bytes that wait for their readers now. */
  get unsent(): { readonly allBytes: number; readonly largestBytes: number } {
    const waiting = Array.from(this.#open, ({ wire }) => wire.pendingBytes);
    return { allBytes: waiting.reduce((sum, bytes) => sum + bytes, 0), largestBytes: Math.max(0, ...waiting) };
  }

  refused(code: string): void {
    this.refusals.add({ code: codeLabel(code) });
  }

  keySession(key: string, change: 1 | -1): void {
    this.keySessions.add({ key }, change);
  }

  charged(model: string, key: string, micros: number): void {
    this.costs.add({ model, key }, micros);
  }

  unpriced(): void {
    this.unpricedResponses.add({});
  }

  limited(limit: LimitLabel): void {
    this.limitRefusals.add({ limit });
  }

  opened(facts: SessionFacts): SessionWatch {
    this.#open.add(facts);
    const { kind, transport } = facts;
    this.sessionsTotal.add({ kind, transport });
    return {
      heard: (ms) => void (this.sound.in += ms),
      spoke: (ms) => void (this.sound.out += ms),
      moment: (moment) => this.#count(moment),
      closed: (_, code) => {
        this.#open.delete(facts);
        this.closes.add({ code: closeLabel(code), transport });
      },
    };
  }

  #count(moment: Moment): void {
    switch (moment.is) {
      case 'error':
        return this.errors.add({ code: codeLabel(moment.code) });
      case 'committed':
        return this.#turn('committed', moment.sinceSpeechMs);
      case 'transcribed':
        this.transcriptions.add({ outcome: 'completed' });
        return this.#turn('transcribed', moment.sinceSpeechMs);
      case 'transcription_failed':
        return this.transcriptions.add({ outcome: 'failed' });
      case 'response_started':
        return this.#turn('response', moment.sinceSpeechMs);
      case 'first_token':
      case 'first_audio':
        this.responseTimes.add(moment.is, moment.sinceStartMs);
        return this.#turn(moment.is, moment.sinceSpeechMs);
      case 'tool_call':
        return this.toolCalls.add({ kind: moment.kind });
      case 'response_done':
        return this.#done(moment);
      case 'translated':
        return this.translations.add({});
      case 'typed':
      case 'said':
        return;
      default:
        return moment satisfies never;
    }
  }

  #turn(stage: TurnStage, sinceSpeechMs: number | null): void {
    if (sinceSpeechMs !== null) this.turnTimes.add(stage, sinceSpeechMs);
  }

  /** Only a response that said all it had to say tells how long that takes. */
  #done({ response, sinceStartMs, sinceSpeechMs }: Extract<Moment, { is: 'response_done' }>): void {
    this.responses.add({ status: response.status ?? 'none', reason: reasonOf(response) });
    this.#countTokens(response);
    if (response.status !== 'completed' && response.status !== 'incomplete') return;
    this.responseTimes.add('done', sinceStartMs);
    this.#turn('done', sinceSpeechMs);
  }

  #countTokens({ usage }: Response): void {
    const { input_token_details: input, output_token_details: output } = usage ?? {};
    this.tokens.add({ direction: 'in', modality: 'text' }, input?.text_tokens ?? 0);
    this.tokens.add({ direction: 'in', modality: 'audio' }, input?.audio_tokens ?? 0);
    this.tokens.add({ direction: 'in', modality: 'image' }, input?.image_tokens ?? 0);
    this.tokens.add({ direction: 'out', modality: 'text' }, output?.text_tokens ?? 0);
    this.tokens.add({ direction: 'out', modality: 'audio' }, output?.audio_tokens ?? 0);
  }
}

/** Why a response did not simply complete; empty where it did. */
function reasonOf({ status_details: details }: Response): string {
  if (details === null || details === undefined) return '';
  if (details.type === 'failed') return codeLabel(details.error?.code);
  return details.reason ?? '';
}
