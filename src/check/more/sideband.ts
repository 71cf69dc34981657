import { type Check, checksOf } from '../check.ts';
import { absent, Finding, holds } from '../finding.ts';
import { same } from '../json.ts';
import { Line } from '../line.ts';
import { answered, during, hangUp, hasCalls, idOf, join, joined, nowhere } from './call.ts';

/** Whoever is turned away from a call is so within this, in milliseconds. */
const shortMs = 200;

const servers =
  'Web servers beside a browser’s call, and everything on SIP: tools and instructions come by the sideband.';

export const sidebandChecks: readonly Check[] = checksOf('sideband', true, [
  {
    id: 'sideband.join/unknown',
    level: 'must',
    source: '7.4',
    says: 'Joining an unknown call is refused with HTTP 404 at the upgrade.',
    breaks: 'The agents package on SIP, which tries again on 404 and on nothing else.',
    async run(probe) {
      const found = await join(probe, nowhere);
      if (found instanceof Line) throw absent('The upgrade succeeds for whatever call.');
      if (found.status === 404) return;
      await hasCalls(probe);
      throw new Finding('fail', `It was answered with HTTP ${found.status}.`);
    },
  },
  {
    id: 'sideband.join/opens',
    level: 'must',
    source: '7.4',
    says: 'A call can be joined by ?call_id= with the key that made it.',
    breaks: servers,
    run: (probe) =>
      during(probe, async (reply) => {
        const line = await joined(probe, reply);
        await line.until('nothing', () => line.closedWith ?? undefined, shortMs).catch(() => null);
        holds(line.closedWith === null, 'The sideband was closed at once.');
      }),
  },
  {
    id: 'sideband.event/update',
    level: 'must',
    source: '7.4',
    says: 'An update by the sideband is answered there.',
    breaks: servers,
    run: (probe) =>
      during(probe, async (reply) => {
        const line = await joined(probe, reply);
        line.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
        same(await line.get('session.updated'), 'session.instructions', 'Be brief.');
      }),
  },
  {
    id: 'sideband.event/error-to-sender',
    level: 'must',
    source: '7.4',
    says: 'Of two sidebands an error goes to the one that caused it, and to it alone.',
    breaks: servers,
    run: (probe) =>
      during(probe, async (reply) => {
        const [one, other] = [await joined(probe, reply), await joined(probe, reply)];
        one.send({ type: 'check.unknown_event' });
        await one.refusal();
        other.send({ type: 'session.update', session: { type: 'realtime' } });
        await other.get('session.updated');
        holds(!other.seen.some(({ type }) => type === 'error'), 'The error went to the other one, too.');
      }),
  },
  {
    id: 'sideband.close/call-stays',
    level: 'must',
    source: '7.4',
    says: 'Closing a sideband leaves the call up.',
    breaks: servers,
    run: (probe) =>
      during(probe, async (reply) => {
        await (await joined(probe, reply)).hangUp();
        const again = await join(probe, idOf(reply));
        holds(again instanceof Line, 'The call is gone.');
      }),
  },
  {
    id: 'sideband.close/with-call',
    level: 'must',
    source: '7.4',
    says: "The call's end closes its sidebands.",
    breaks: 'Web servers, which hold a socket for a call that is over.',
    async run(probe) {
      const reply = await answered(probe);
      const line = await joined(probe, reply);
      line.leave();
      await hangUp(probe, reply);
      await line.end();
    },
  },
]);
