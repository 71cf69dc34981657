import { dialMarkup } from '../../../telephony/streams/markup.ts';
import type { Referred } from '../../calls/directory.ts';
import type { SessionLog } from '../../log.ts';
import type { CarrierAccount } from '../options.ts';
import { numberTo } from '../referral.ts';

/** How long the carrier's API may take, in milliseconds. */
const patienceMs = 10_000;

/** Moves calls of one account to other numbers, by the carrier's own API. */
export function transferrer(
  account: CarrierAccount,
  log: SessionLog,
): (callSid: string, target: string) => Promise<Referred> {
  return async (callSid, target) => {
    const number = numberTo(target, account.referAllow);
    if (number === null) return 'refused';
    return (await isRedirected(account, { callSid, number, log })) ? 'done' : 'failed';
  };
}

interface Moved {
  readonly callSid: string;
  readonly number: string;
  readonly log: SessionLog;
}

async function isRedirected({ redirection }: CarrierAccount, { callSid, number, log }: Moved): Promise<boolean> {
  const { url, authorization, form } = redirection(callSid, dialMarkup(number));
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(patienceMs),
    });
    await answer.body?.cancel();
    if (!answer.ok) log.warn('the carrier has refused a transfer', { status: answer.status });
    return answer.ok;
  } catch (cause) {
    log.warn('the carrier could not be asked for a transfer', { err: cause });
    return false;
  }
}
