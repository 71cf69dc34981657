import type { Pulse } from '../../../media/pulse.ts';
import type { Session as SessionUpdate } from '../../../protocol/types.ts';
import { streamMarkup } from '../../../telephony/streams/markup.ts';
import type { House } from '../../admission/decide.ts';
import { httpErrors } from '../../admission/http-errors.ts';
import type { HeaderReader } from '../../admission/keys.ts';
import { settledSession } from '../../admission/settled-session.ts';
import { newCallId } from '../../calls/call-id.ts';
import type { CallDirectory } from '../../calls/directory.ts';
import { invalid, refusal } from '../../calls/exchanged.ts';
import type { Account } from '../../metering/account.ts';
import type { KeyOptions } from '../../metering/policy.ts';
import { type OpenOptions, open } from '../../open.ts';
import { deskTools } from '../desk.ts';
import type { PhoneLine, TelephonySettings } from '../options.ts';
import { admitPhone, type PhoneEntrance, phoneOwner } from '../phone-entrance.ts';
import { type CallFacts, told } from '../told.ts';
import type { Rung } from './rung.ts';
import { beginCarrierCall } from './streamed-call.ts';
import { type Switchboard, tokenName } from './switchboard.ts';
import { transferrer } from './transfer.ts';

/** A carrier's webhook, whose signature is good. */
export interface Webhook {
  readonly form: URLSearchParams;
  /** Of the address. */
  readonly query: URLSearchParams;
  readonly header: HeaderReader;
  /** Where it comes from. */
  readonly address: string;
}

export interface RingOptions extends OpenOptions {
  readonly house: House;
  readonly calls: CallDirectory;
  readonly telephony: TelephonySettings;
  readonly switchboard: Switchboard;
  readonly phonePulse: Pick<Pulse, 'now' | 'join'>;
  readonly keys: readonly KeyOptions[];
}

/** A call of one line. */
interface Ringing {
  readonly line: PhoneLine;
  readonly webhook: Webhook;
  readonly carrierCallId: string;
  readonly owner: string;
  readonly account: Account;
}

/** Opens the session of a call that rings, and tells the carrier where its sound is to go. Never rejects but by our fault. */
export async function ring(options: RingOptions, line: PhoneLine, webhook: Webhook): Promise<Rung> {
  const made = await attempt(options, line, webhook);
  if (!made.ok) {
    const { message: _message, ...error } = made.error;
    options.insight.observer.refused(error.code ?? error.type);
    options.log.info('call refused', { peer: webhook.address, status: made.status, ...error });
  }
  return made;
}

async function attempt(options: RingOptions, line: PhoneLine, webhook: Webhook): Promise<Rung> {
  const carrierCallId = webhook.form.get('CallSid') ?? '';
  if (carrierCallId === '') return refusal('missingCallSid', httpErrors.missingCallSid());
  // Carriers ask again where they have missed the answer; it is the same then.
  const known = options.switchboard.answerTo(line.carrier.name, carrierCallId);
  if (known !== null) return known;
  const owner = phoneOwner(line, options.keys);
  const ringing = { line, webhook, carrierCallId, owner, account: options.house.accounts.of(owner) };
  const answer = admit(options, ringing);
  options.switchboard.answers(line.carrier.name, carrierCallId, answer);
  return answer;
}

function admit(options: RingOptions, ringing: Ringing): Promise<Rung> {
  const { line, webhook, account } = ringing;
  const modelName = webhook.query.get('model') || line.model;
  return admitPhone(options, { modelName, account }, (entrance) => begin(options, ringing, entrance));
}

function begin(options: RingOptions, ringing: Ringing, entrance: PhoneEntrance): Rung {
  const { calls, sessions, clock, nodeName, insight, telephony, switchboard, phonePulse, mcp } = options;
  const { line, webhook, carrierCallId, owner } = ringing;
  const { name } = line.carrier;
  const id = newCallId(nodeName);
  const log = options.log.child({ peer: webhook.address, transport: name, call: id, carrier_call: carrierCallId });
  const transfer = transferOf(ringing, log);
  const settled = sessionOf(ringing, transfer);
  const checked = settledSession(settled, entrance.modelName, mcp.rules);
  if (!checked.ok) return invalid(checked.error);
  const target = `/telephony/${name}/voice`;
  let forget = (): void => {};
  const call = beginCarrierCall({
    id,
    owner,
    line,
    carrierCallId,
    greeting: line.greeting === null ? null : told(line.greeting, factsOf(ringing)),
    transfer,
    pulse: phonePulse,
    clock,
    packets: insight.packets,
    log,
    open: (wire, media) =>
      open(
        options,
        { ...entrance, settled },
        { wire, media, transport: name, target, callId: id, header: webhook.header, log },
      ),
    ending() {
      switchboard.forget(id);
      forget();
    },
  });
  if (call === null) return refusal('internal', httpErrors.internal());
  sessions.connected(call, call.gone);
  forget = calls.began(call);
  const token = switchboard.ring(call);
  const url = `${telephony.publicUrl.replace(/^http/, 'ws')}/telephony/${name}/${id}`;
  return { ok: true, markup: streamMarkup(name, { url, parameters: { [tokenName]: token } }) };
}

function transferOf({ line: { account }, carrierCallId }: Ringing, log: RingOptions['log']) {
  if (account === null || account.referAllow.length === 0) return null;
  const transfer = transferrer(account, log);
  return (target: string) => transfer(carrierCallId, target);
}

const format = { type: 'audio/pcmu' } as const;

/** What the session begins with. Its sound is what the line carries, so that nothing is coded anew. */
function sessionOf(ringing: Ringing, transfer: ReturnType<typeof transferOf>): SessionUpdate {
  const { instructions, account } = ringing.line;
  return {
    type: 'realtime',
    audio: { input: { format }, output: { format } },
    ...(instructions === null ? {} : { instructions: told(instructions, factsOf(ringing)) }),
    ...(account === null ? {} : { tools: [...deskTools({ transfer })] }),
  };
}

/** What the model may know of the call; null where that is nothing. */
function factsOf({ line, webhook: { form }, carrierCallId }: Ringing): CallFacts | null {
  if (!line.caller) return null;
  return { caller: form.get('From') ?? 'unknown', called: form.get('To') ?? 'unknown', callId: carrierCallId };
}
