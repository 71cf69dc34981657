import type { Model, Pieces, Spoken } from '../../src/engines/contract.ts';
import type { ResponseUsage, ServerEventMap } from '../../src/protocol/types.ts';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import type { Account } from '../../src/server/metering/account.ts';
import { Accounts, meterFacts } from '../../src/server/metering/accounts.ts';
import { type Ledger, noLedger } from '../../src/server/metering/ledger.ts';
import type { Meter } from '../../src/server/metering/meter.ts';
import type { KeyPolicy } from '../../src/server/metering/policy.ts';
import { openSession } from '../../src/server/session/session.ts';
import { memoryWindows } from '../../src/state/memory/windows.ts';
import { memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';

export type ServerEvent = ServerEventMap[keyof ServerEventMap];

const loudness = (sampleRate: number) => ({
  windowSamples: sampleRate / 50,
  probability: (window: Int16Array) => (window.some((sample) => Math.abs(sample) > 1000) ? 1 : 0),
  reset: () => {},
});

export function modelOf(respond: (signal: AbortSignal) => Pieces<Spoken>): Model {
  return {
    open: () => ({
      seed: 1,
      transcribesFirst: false,
      vad: loudness,
      respond: (_, signal) => respond(signal),
      transcribe: () => [{ type: 'completed', transcript: 'heard' }],
      close: () => {},
    }),
  };
}

export const usageOf = (input: number, output: number): ResponseUsage => ({
  total_tokens: input + output,
  input_tokens: input,
  output_tokens: output,
  input_token_details: { text_tokens: input, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: output, audio_tokens: 0 },
});

/** A model whose responses end at once and have used this. */
export const using = (input: number, output: number): Model =>
  modelOf(() => [
    { type: 'text', text: 'Hi' },
    { type: 'end', usage: usageOf(input, output) },
  ]);

/** A model whose responses end when they are told to. */
export function patient(usage: ResponseUsage = usageOf(10, 10)) {
  const running: (() => void)[] = [];
  const model = modelOf(async function* () {
    yield { type: 'text', text: 'Hi' };
    await new Promise<void>((resolve) => running.push(resolve));
    yield { type: 'end', usage };
  });
  /** Lets the oldest of them end. */
  const end = async (): Promise<void> => {
    running.shift()?.();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const begun = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { model, end, begun };
}

const prices = { test: { input: { text: 1 }, output: { text: 1 } } };

export interface House {
  readonly clock: VirtualClock;
  readonly account: Account;
  open(model: Model, name?: string): Opened;
}

export function house(policy: KeyPolicy, ledger: Ledger = noLedger): House {
  const clock = virtualClock();
  const accounts = new Accounts(memoryWindows(), ledger);
  accounts.allow(new Map([['owner', policy]]));
  const account = accounts.of('owner');
  return { clock, account, open: (model, name = 'test') => openOn(clock, account, model, name) };
}

export interface Opened {
  readonly events: ServerEvent[];
  readonly closes: { code: number; reason: string }[];
  readonly meter: Meter;
  send(event: object): ServerEvent[];
  count(type: ServerEvent['type']): number;
  leave(): void;
}

function openOn(clock: VirtualClock, account: Account, model: Model, name: string): Opened {
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  const closes: { code: number; reason: string }[] = [];
  wire.open({
    frame: (text) => events.push(JSON.parse(text)),
    binary: () => {},
    drained: () => {},
    closed: ({ code, reason }) => closes.push({ code, reason }),
  });
  const meter = account.open(meterFacts(prices, ['test'], name));
  openSession({
    wire: server,
    model,
    modelName: name,
    clock,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
    meter,
  });
  return {
    events,
    closes,
    meter,
    send(event) {
      const before = events.length;
      wire.send(JSON.stringify(event));
      return events.slice(before);
    },
    count: (type) => events.filter((event) => event.type === type).length,
    leave() {
      wire.close(1000, '');
      meter.close(clock.now());
    },
  };
}

export const create = (id?: string) => ({ type: 'response.create', ...(id === undefined ? {} : { event_id: id }) });
export const types = (events: readonly ServerEvent[]) => events.map(({ type }) => type);
export const errorsOf = (events: readonly ServerEvent[]) =>
  events.flatMap((event) => (event.type === 'error' ? [event.error] : []));
export const pcm = (ms: number, level = 8000) => ({
  type: 'input_audio_buffer.append',
  audio: Buffer.from(new Int16Array(ms * 24).fill(level).buffer).toString('base64'),
});
