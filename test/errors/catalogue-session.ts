import type { Model, Spoken, Turn } from '../../src/engines/contract.ts';
import type { ServerEventMap } from '../../src/protocol/types.ts';
import { defaultLimits, type SessionLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { openSession } from '../../src/server/session/session.ts';
import { callMedia } from '../../src/testing/call-media.ts';
import { memoryPair, type VirtualClock, virtualClock } from '../../src/testing/index.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** A whole session at one end of a pair in memory, seen from the other. */
export interface CatalogueSession {
  readonly clock: VirtualClock;
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
  /** Sends an event, or a frame as it stands; returns what came back at once. */
  send(frame: object | string): ServerEvent[];
  sendBinary(): ServerEvent[];
  drain(): void;
  /** The client reads nothing while `act` runs. */
  lag(act: () => void): void;
  /** The newest event. */
  last(): ServerEvent | undefined;
  /** How often the session let go of its model. */
  readonly modelCloses: number;
}

export interface Opening {
  readonly kind?: 'realtime' | 'transcription';
  readonly limits?: Partial<SessionLimits>;
  /** A call, whose sound comes by a track. Default: none. */
  readonly isCall?: boolean;
}

/** What every id comes from. */
export const seed = 1;

/** Instructions to the model below. */
export const forms = { think: 'Think.' } as const;

export function openCatalogueSession({
  kind = 'realtime',
  limits = {},
  isCall = false,
}: Opening = {}): CatalogueSession {
  const clock = virtualClock();
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  const closes: { code: number; reason: string }[] = [];
  let modelCloses = 0;
  const ignore = () => {};
  wire.open({
    frame: (text) => events.push(JSON.parse(text)),
    binary: ignore,
    drained: ignore,
    closed: ({ code, reason }) => closes.push({ code, reason }),
  });
  const handle = openSession({
    wire: server,
    model: modelOf(() => {
      modelCloses += 1;
    }),
    modelName: kind === 'realtime' ? 'test' : null,
    clock,
    limits: { ...defaultLimits, ...limits },
    sendConversationCreated: false,
    log: silentLog,
    ...(isCall && { media: callMedia(clock) }),
    mcp: { rules: mcpRules({ allow: ['https://mcp.example/*'] }), resolve: () => Promise.reject(new Error('offline')) },
  });

  function after(act: () => void): ServerEvent[] {
    const before = events.length;
    act();
    return events.slice(before);
  }

  return {
    clock,
    closes,
    send: (frame) => after(() => wire.send(typeof frame === 'string' ? frame : JSON.stringify(frame))),
    sendBinary: () => after(() => wire.sendBinary(3)),
    drain: () => handle.drain(),
    lag(act) {
      wire.hold();
      act();
      wire.release();
    },
    last: () => events.at(-1),
    get modelCloses() {
      return modelCloses;
    },
  };
}

const second = { type: 'sound', samples: new Int16Array(24_000), sampleRate: 24_000 } as const;

/** Says "Hello.", aloud where it is asked to; thinks for ever where it is told to. */
function modelOf(close: () => void): Model {
  return {
    open: () => ({
      seed,
      transcribesFirst: false,
      vad: (sampleRate) => ({ windowSamples: sampleRate / 50, probability, reset: () => {} }),
      respond: answer,
      transcribe: () => [{ type: 'completed', transcript: '' }],
      close,
    }),
  };
}

/** Nobody ever speaks; at the loudest of all sounds it breaks. */
function probability(window: Int16Array): number {
  if (window.includes(32_767)) throw new Error('too loud');
  return 0;
}

function* answer({ instructions, modality }: Turn): Generator<Spoken | { type: 'wait'; ms: number }> {
  if (instructions === forms.think) yield { type: 'wait', ms: 1e9 };
  yield { type: 'text', text: 'Hello.' };
  if (modality === 'audio') yield second;
}
