import { ClientError } from '../../client/errors.ts';
import { oneLine } from '../one-line.ts';

/** Why a conversation can't be had, in one line that says what to do about it. */
export class TalkError extends Error {
  override readonly name = 'TalkError';
}

/** What went wrong with the endpoint at `address`, in one line. */
export function failureLine(error: unknown, address: string): string {
  if (!(error instanceof ClientError)) return ended(oneLine(error));
  switch (error.code) {
    case 'unreachable':
      return `Can't reach ${address}: ${ended(unreachable(error.cause))}`;
    case 'refused':
    case 'closed':
      return refusal(error, address);
    case 'timeout':
      return `${address} gave no answer in time.${error.server === null ? '' : ` ${oneLine(error.server.message)}`}`;
    default:
      return ended(oneLine(error));
  }
}

function refusal({ server, close }: ClientError, address: string): string {
  if (server !== null) {
    const where = server.param && !server.message.includes(server.param) ? ` (${server.param})` : '';
    return `${address} refused: ${ended(`${oneLine(server.message).replace(/[.]$/, '')}${where}`)}`;
  }
  const reason = close === null || close.reason === '' ? '' : `, ${oneLine(close.reason)}`;
  return `${address} ended the connection${close === null ? '' : ` (close code ${close.code}${reason})`}.`;
}

/** A failed connection attempt: of several addresses, the first tells. */
function unreachable(cause: unknown): string {
  const first: unknown = cause instanceof AggregateError ? (cause.errors[0] ?? cause) : cause;
  const code = first instanceof Error && 'code' in first ? first.code : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there. To start a server: antiphon serve';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'there is no such host';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'its certificate is not trusted. To trust it: NODE_EXTRA_CA_CERTS=cert.pem';
    default:
      return oneLine(first);
  }
}

function ended(text: string): string {
  return text.replace(/[.]?$/, '.');
}
