import { samplesToUlaw } from '../audio/g711.ts';
import type { Model, ModelSession, Paced, Spoken, Turn } from '../engines/contract.ts';
import type { ListenOptions } from '../server/options.ts';
import type { TelnyxOptions, TwilioOptions } from '../server/telephony/options.ts';
import { CallServer, type SeenEvent, type StreamOptions } from './call-server.ts';
import { authToken, orderIn, publicKey, publicUrl, type Ring, type StreamOrder } from './carrier-webhook.ts';
import { loudVad } from './loud-vad.ts';

/** Samples a second. */
export const rate = 8000;
/** So many milliseconds of sound, every sample of which is another than the one before. */
export const sound = (ms: number): Spoken => ({
  type: 'sound',
  samples: Int16Array.from({ length: (ms * rate) / 1000 }, (_, nth) => ((nth * 37) % 2000) - 1000),
  sampleRate: rate,
});
export const words = 'one two three four five six seven eight nine ten';
export const answer: readonly Paced<Spoken>[] = [{ type: 'text', text: words }, sound(5000)];
export const loud = (ms: number): Uint8Array => samplesToUlaw(new Int16Array((ms * rate) / 1000).fill(8000));

export interface PhoneServer {
  readonly here: CallServer;
  readonly turns: Turn[];
}

export interface Lines {
  readonly twilio?: Partial<TwilioOptions>;
  readonly telnyx?: Partial<TelnyxOptions>;
  readonly answers?: readonly (readonly Paced<Spoken>[])[];
  readonly options?: Partial<ListenOptions>;
}

/** A server that answers the telephone, whose model takes loud sound for speech. */
export function phoneServer({ twilio = {}, telnyx = {}, answers = [answer], options = {} }: Lines = {}): PhoneServer {
  const turns: Turn[] = [];
  const session: ModelSession = {
    seed: 1,
    transcribesFirst: false,
    vad: loudVad,
    respond(turn) {
      turns.push(turn);
      return answers[Math.min(turns.length, answers.length) - 1] ?? [];
    },
    transcribe: () => [{ type: 'completed', transcript: 'heard' }],
    close() {},
  };
  const model: Model = { open: () => session };
  const here = new CallServer({
    models: { phone: model, other: model },
    telephony: {
      publicUrl,
      twilio: { model: 'phone', authToken, greeting: 'Say hello.', ...twilio },
      telnyx: { model: 'phone', publicKey, ...telnyx },
    },
    ...options,
  });
  return { here, turns };
}

/** The webhook and what it orders. */
export async function order(here: CallServer, asked: Ring = {}): Promise<StreamOrder> {
  return orderIn(await here.ring(asked));
}

/** A call whose stream has begun. */
export async function up(here: CallServer, asked: Ring = {}, options: StreamOptions = {}) {
  const ordered = await order(here, asked);
  const { carrier = 'twilio', form = {} } = asked;
  const callSid = form['CallSid'] ?? 'CA01';
  const stream = here.stream(ordered, { carrier, callSid, parameters: ordered.parameters, ...options });
  const sideband = here.join(ordered.callId);
  stream.phone.greet();
  stream.phone.start();
  return { ...ordered, stream, phone: stream.phone, sideband };
}

/** What is done about closes is done a moment later. */
export const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const typesOf = (events: readonly SeenEvent[]): string[] => events.map(({ type }) => type);
export const last = (events: readonly SeenEvent[], type: string): SeenEvent | undefined =>
  events.findLast((event) => event.type === type);

/** An answer that refuses, in few words. */
export async function refusal(answered: Response): Promise<string> {
  const { error }: { readonly error: { readonly code: unknown; readonly param: unknown } } = JSON.parse(
    await answered.text(),
  );
  return `${answered.status} ${error.code} ${error.param}`;
}
