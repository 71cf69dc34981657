import { expect } from 'vitest';
import type { Model, ModelSession } from '../../src/engines/contract.ts';
import { parseTranslationClientEvent, parseTranslationServerEvent } from '../../src/protocol/index.ts';
import type { TranslationServerEventMap } from '../../src/protocol/types.ts';
import { defaultLimits, type SessionLimits } from '../../src/server/limits.ts';
import { type SessionLog, silentLog } from '../../src/server/log.ts';
import type { SessionHandle } from '../../src/server/session/host.ts';
import { openTranslating } from '../../src/server/translation/model.ts';
import { openTranslation } from '../../src/server/translation/session.ts';
import { type MemoryWire, memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';

type ServerEvent = TranslationServerEventMap[keyof TranslationServerEventMap];

/** A translation session at one end of a pair in memory, its client at the other, in virtual time. */
export interface MemorySession {
  readonly clock: VirtualClock;
  readonly wire: MemoryWire;
  readonly handle: SessionHandle;
  /** Every text frame the server sent, as it came. */
  readonly frames: readonly string[];
  readonly events: readonly ServerEvent[];
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
  send(event: object): void;
  /** Appends 24 kHz PCM16 bytes in pieces of so many bytes; default all at once. */
  append(audio: Uint8Array, chunkBytes?: number): void;
  types(): string[];
}

export interface MemorySessionOptions {
  readonly limits?: Partial<SessionLimits>;
  readonly log?: SessionLog;
  /** Unix time at which the session begins, in milliseconds. */
  readonly startMs?: number;
}

export function openInMemory(
  model: Model,
  { limits, log = silentLog, startMs }: MemorySessionOptions = {},
): MemorySession {
  const clock = virtualClock(startMs);
  const [server, wire] = memoryPair();
  const frames: string[] = [];
  const events: ServerEvent[] = [];
  const closes: { code: number; reason: string }[] = [];
  const opened = openTranslating(model);
  if (opened === null) throw new Error('the model cannot translate');
  wire.open({
    frame(text) {
      frames.push(text);
      events.push(checked(text));
    },
    binary: () => {},
    drained: () => {},
    closed: ({ code, reason }) => closes.push({ code, reason }),
  });
  const handle = openTranslation({
    wire: server,
    model: opened,
    modelName: 'translator',
    clock,
    limits: { ...defaultLimits, ...limits },
    log,
  });
  const send = (event: object): void => {
    const text = JSON.stringify(event);
    expect(parseTranslationClientEvent(text)).toMatchObject({ ok: true });
    wire.send(text);
  };
  return {
    clock,
    wire,
    handle,
    frames,
    events,
    closes,
    send,
    append(audio, chunkBytes = audio.length) {
      for (let from = 0; from < audio.length; from += chunkBytes) {
        const part = Buffer.from(audio.subarray(from, from + chunkBytes));
        send({ type: 'session.input_audio_buffer.append', audio: part.toString('base64') });
      }
    },
    types: () => events.map(({ type }) => type),
  };
}

/** A server's frame, which must be an event that the protocol knows. */
function checked(text: string): ServerEvent {
  const parsed = parseTranslationServerEvent(text);
  if (!parsed.ok || !parsed.known) throw new Error(`not an event of a translation session: ${text.slice(0, 300)}`);
  return parsed.event;
}

/** A model that hears speech wherever samples are loud, with its own way to translate. */
export function modelOf(translate: NonNullable<ModelSession['translate']>, rest: Partial<ModelSession> = {}): Model {
  return {
    open: () => ({
      seed: 1,
      transcribesFirst: true,
      vad: (sampleRate) => ({
        windowSamples: sampleRate / 50,
        probability: (window) => (window.some((sample) => Math.abs(sample) > 1000) ? 1 : 0),
        reset: () => {},
      }),
      respond: () => [],
      transcribe: () => [],
      translate,
      close: () => {},
      ...rest,
    }),
  };
}

/** `ms` of 24 kHz sound at one level. */
export function level(ms: number, height: number): Uint8Array {
  return new Uint8Array(new Int16Array(ms * 24).fill(height).buffer);
}

/**
 * Something that the energy vad takes for speech: a buzz of 150 Hz with overtones, in syllables of 160 ms, with
 * silence of `pauseMs` after it. The same call gives the same samples.
 */
export function babble(ms: number, pauseMs: number): Uint8Array {
  const samples = new Int16Array((ms + pauseMs) * 24);
  for (let index = 0; index < ms * 24; index++) {
    const seconds = index / 24_000;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * seconds * 3.1)) ** 0.5;
    const buzz = [1, 2, 3, 4, 5, 6].reduce((sum, n) => sum + Math.sin(2 * Math.PI * 150 * n * seconds) / n, 0);
    samples[index] = Math.round(4000 * syllable * buzz);
  }
  return new Uint8Array(samples.buffer);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export const loud = (ms: number): Uint8Array => level(ms, 8000);
export const quiet = (ms: number): Uint8Array => level(ms, 0);

/** What was heard and said, joined as a client would. */
export function words(session: MemorySession): { readonly heard: string; readonly said: string } {
  const join = (type: string): string =>
    session.events.map((event) => (event.type === type && 'delta' in event ? event.delta : '')).join('');
  return { heard: join('session.input_transcript.delta'), said: join('session.output_transcript.delta') };
}
