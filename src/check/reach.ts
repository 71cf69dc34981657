import { type Endpoint, Unreachable } from './endpoint.ts';
import { at, quote } from './json.ts';
import { describeClose, describeError, Line } from './line.ts';
import { Probe } from './probe.ts';

/**
 * Knocks once: why the endpoint cannot be checked at all, in a sentence, since nothing answers or what answers refuses
 * us by name; null where it can. Silence is no refusal, but a finding of the checks.
 */
export async function unreachable(endpoint: Endpoint, timeoutMs: number): Promise<string | null> {
  const probe = new Probe(endpoint, { timeoutMs });
  try {
    const found = await probe.knock();
    if (!(found instanceof Line)) return refusedByHttp(found.status, found.headers['location'], found.body);
    return await refusedOnTheSocket(found);
  } catch (cause) {
    // Whatever else goes wrong will be found, and told better, by the checks.
    return cause instanceof Unreachable ? `Nothing can be reached at ${endpoint.url}: ${cause.message}` : null;
  } finally {
    for (const line of probe.lines) line.drop();
  }
}

function refusedByHttp(status: number, location: string | undefined, body: string): string {
  const told = body === '' ? '' : `: ${quote(body)}`;
  const onward = location === undefined ? '' : ` to ${location}, which a WebSocket client does not follow`;
  return `The upgrade was answered with HTTP ${status}${onward}${told}${hintFor(status)}`;
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return keyHint;
  return status === 404 ? ' Is the path right? That of the API is /v1/realtime.' : '';
}

const keyHint = ' Give a key with --key or ANTIPHON_KEY.';
/** What to do about codes of refusals. */
const hints: Readonly<Record<string, string>> = {
  invalid_api_key: keyHint,
  invalid_model: ' Name a model that it serves with --model.',
  missing_model: ' Name a model that it serves with --model.',
};
/** With what a socket closes where no key was shown, or not the right one. */
const keyCode = 3000;

async function refusedOnTheSocket(line: Line): Promise<string | null> {
  await line.until('first event', () => line.seen[0] ?? (line.closedWith === null ? undefined : true));
  const [first] = line.seen;
  if (first?.type !== 'error') return null;
  await line.until('close', () => line.closedWith ?? line.seen.find(({ type }) => type === 'session.created'));
  if (line.closedWith === null) return null;
  const known = hints[`${at(first, 'error.code')}`];
  const hint = known ?? (line.closedWith.code === keyCode ? keyHint : '');
  return `The server refused with ${describeError(first)}, and closed with ${describeClose(line.closedWith)}.${hint}`;
}
