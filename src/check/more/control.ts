import { type Check, checksOf } from '../check.ts';
import type { Reply } from '../endpoint.ts';
import { absent, holds } from '../finding.ts';
import { at, type Json } from '../json.ts';
import { isRefusal, type Probe } from '../probe.ts';
import { configure } from '../turns.ts';
import { answered, during, hangUp, joined, nameOf, nowhere } from './call.ts';

/** What becomes of calls besides hanging up. */
type Verb = 'accept' | 'reject' | 'refer';

/** Instructions that no session but one of a second accept could have. */
const second = 'This call was accepted a second time.';

/** Where no call can be sent on to. */
const nobody = 'sip:nobody@check.invalid';

function bodyFor(probe: Probe, verb: Verb): Json {
  const model = probe.endpoint.query['model'];
  switch (verb) {
    case 'accept':
      return { type: 'realtime', ...(model === undefined ? {} : { model }), instructions: second };
    case 'reject':
      return { status_code: 486 };
    case 'refer':
      return { target_uri: nobody };
    default:
      return verb satisfies never;
  }
}

function ask(probe: Probe, id: string, verb: Verb, body = bodyFor(probe, verb)): Promise<Reply> {
  return probe.post(`/calls/${id}/${verb}`, body);
}

/** How a server says that it has no such path. */
const pathless: ReadonlySet<number> = new Set([404, 405, 501]);

/** The same of a call that is up. Whoever has no such path even for that lacks the feature. */
async function askOfCall(probe: Probe, id: string, verb: Verb, body?: Json): Promise<Reply> {
  const reply = await ask(probe, id, verb, body);
  if (pathless.has(reply.status)) throw absent(`There is no …/${verb} for calls: HTTP ${reply.status}.`);
  return reply;
}

/** A call that nobody has made is refused as such, by a server that knows the verb. */
async function isUnknown(probe: Probe, verb: Verb): Promise<void> {
  await during(probe, (reply) => askOfCall(probe, nameOf(reply), verb));
  isRefusal(await ask(probe, nowhere, verb), [404]);
}

/** What may be said of a call that is up, by whoever does not do what is asked. */
const notNow = [400, 403, 409, 422];

/** The call is up, and stays so whatever is asked of it meanwhile. */
async function staysUp(probe: Probe, work: (id: string, reply: Reply) => Promise<unknown>): Promise<void> {
  await during(probe, async (reply) => {
    await work(nameOf(reply), reply);
    const { status } = await hangUp(probe, reply);
    holds(status === 200, `The call did not stay up: hanging it up was answered with HTTP ${status}.`);
  });
}

const nobodyKnown = 'Nobody is known to';

export const controlChecks: readonly Check[] = checksOf('calls', true, [
  {
    id: 'calls.gone/accept',
    level: 'must',
    source: '7.5',
    says: 'Accepting a call that is not there is HTTP 404, with an error of the API.',
    breaks:
      'Web servers on SIP with the official package: a caller who has hung up is a NotFoundError to them, while after a failure of the server it asks twice more.',
    run: (probe) => isUnknown(probe, 'accept'),
  },
  {
    id: 'calls.gone/reject',
    level: 'should',
    source: '7.5',
    says: 'Rejecting a call that is not there is HTTP 404, with an error of the API.',
    breaks: `${nobodyKnown}.`,
    run: (probe) => isUnknown(probe, 'reject'),
  },
  {
    id: 'calls.gone/refer',
    level: 'should',
    source: '7.5',
    says: 'Sending on a call that is not there is HTTP 404, with an error of the API.',
    breaks: `${nobodyKnown}.`,
    run: (probe) => isUnknown(probe, 'refer'),
  },
  {
    id: 'calls.up/accept',
    level: 'must',
    source: '7.5',
    says: 'Accepting a call that is up is refused, and its session stays as it is.',
    breaks:
      'The official package, which sends an accept again whose answer was lost: the conversation would begin anew.',
    run: (probe) =>
      staysUp(probe, async (id, reply) => {
        const line = await joined(probe, reply);
        isRefusal(await askOfCall(probe, id, 'accept'), notNow);
        const updated = await configure(line, {});
        holds(at(updated, 'session.instructions') !== second, 'The session is that of the second accept.');
        line.leave();
      }),
  },
  {
    id: 'calls.up/reject',
    level: 'should',
    source: '7.5',
    says: 'Rejecting a call that is up is refused, and it stays up.',
    breaks: `${nobodyKnown}; whoever rejects too late cuts somebody off.`,
    run: (probe) => staysUp(probe, async (id) => isRefusal(await askOfCall(probe, id, 'reject'), notNow)),
  },
  {
    id: 'calls.up/refer',
    level: 'should',
    source: '7.5',
    says: 'A call is sent on to tel: and sip: only: another target is refused, and the call stays up.',
    breaks: `${nobodyKnown}; a caller who is sent nowhere is lost.`,
    run: (probe) =>
      staysUp(probe, async (id) =>
        isRefusal(await askOfCall(probe, id, 'refer', { target_uri: 'https://check.invalid/' }), notNow),
      ),
  },
  {
    id: 'calls.over/accept',
    level: 'should',
    source: '7.5',
    says: 'A call that was hung up can be accepted no more: HTTP 404 or 409.',
    breaks: `${nobodyKnown}; an answer for nobody costs as much as any.`,
    async run(probe) {
      const reply = await answered(probe);
      const id = nameOf(reply);
      const { status } = await askOfCall(probe, id, 'accept');
      await hangUp(probe, reply);
      holds(status >= 400, `It could be accepted while it was up, too: HTTP ${status}.`);
      isRefusal(await ask(probe, id, 'accept'), [404, 409]);
    },
  },
  {
    id: 'calls.key/wrong',
    level: 'must',
    source: '7.5',
    says: 'A wrong key ends no call: it is refused, and the call stays up.',
    breaks: 'All of them: whoever learns of an id could cut others off.',
    async run(probe) {
      if (probe.endpoint.key === null) throw absent('No key was given, so nobody knows whether one is needed.');
      await staysUp(probe, async (id) => {
        const credential = { bearer: 'sk-check-wrong-key' };
        isRefusal(await probe.request({ path: `/calls/${id}/hangup`, credential }), [401, 403, 404]);
      });
    },
  },
]);
