import { type Check, checksOf } from '../check.ts';
import type { Reply } from '../endpoint.ts';
import { absent, holds, taken } from '../finding.ts';
import { same, textAt } from '../json.ts';
import { Line } from '../line.ts';
import { type AskOptions, bodyOf, isRefusal, type Probe, succeeded } from '../probe.ts';
import { offer } from './offer.ts';

const browsers = 'Browsers: the samples, and the agents package over WebRTC.';
const nowhere = 'rtc_0000000000000000000000000000';
const origin = 'http://localhost:3000';

function call(probe: Probe, options: Partial<AskOptions> = {}): Promise<Reply> {
  const headers = { 'content-type': 'application/sdp', ...options.headers };
  return probe.request({ path: '/calls', query: probe.endpoint.query, body: offer, ...options, headers });
}

/** Calls; gives the answer. */
async function answered(probe: Probe, options: Partial<AskOptions> = {}): Promise<Reply> {
  const reply = await call(probe, options);
  succeeded(reply, 'POST /calls');
  return reply;
}

const callPath = /\/calls\/(rtc_[A-Za-z0-9_]+)$/;

function isNamed({ headers }: Reply): boolean {
  return callPath.test(headers['location'] ?? '');
}

function idOf({ headers }: Reply): string {
  const location = headers['location'] ?? '';
  const [, id] = callPath.exec(location) ?? [];
  holds(id !== undefined, `Location is "${location}", and names no call.`);
  return id;
}

async function hangUp(probe: Probe, reply: Reply): Promise<Reply> {
  return probe.request({ path: `/calls/${idOf(reply)}/hangup` });
}

/** Calls, does something, and hangs up. */
async function during(probe: Probe, work: (reply: Reply) => unknown, options: Partial<AskOptions> = {}): Promise<void> {
  const reply = await answered(probe, options);
  try {
    await work(reply);
  } finally {
    for (const line of probe.lines) line.leave();
    await hangUp(probe, reply).catch(() => null);
  }
}

const boundary = '----antiphon-check-7f3a9c1e5b2d';

function form(probe: Probe): Partial<AskOptions> {
  const session = JSON.stringify({ type: 'realtime', model: probe.endpoint.query['model'] });
  const parts = Object.entries({ sdp: offer, session });
  const body = parts.map(
    ([name, text]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`,
  );
  return {
    body: `${body.join('')}--${boundary}--\r\n`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

export const webrtcChecks: readonly Check[] = checksOf('webrtc', true, [
  {
    id: 'webrtc.offer/answer',
    level: 'must',
    source: '7.1',
    says: 'An offer by POST is answered with 201 and an answer of SDP.',
    breaks: browsers,
    run: (probe) =>
      during(probe, ({ status, headers, body }) => {
        holds(status === 201, `It was answered with HTTP ${status}.`);
        holds((headers['content-type'] ?? '').startsWith('application/sdp'), `It is ${headers['content-type']}.`);
        holds(body.startsWith('v=0'), 'The body is no SDP.');
      }),
  },
  {
    id: 'webrtc.offer/location',
    level: 'must',
    source: '7.1',
    says: 'Location names the call, as the last part of its path.',
    breaks: 'The agents package, which takes the id of the call from it.',
    run: (probe) => during(probe, (reply) => void idOf(reply)),
  },
  {
    id: 'webrtc.offer/lines',
    level: 'must',
    source: '7.1',
    says: 'The answer has a line of sound with Opus or G.711, and a data channel.',
    breaks: browsers,
    run: (probe) =>
      during(probe, ({ body }) => {
        holds(/^m=audio [1-9]/m.test(body), 'The answer takes no sound.');
        holds(/^a=rtpmap:\d+ (?:opus|PCMU|PCMA)\//im.test(body), 'The answer names no codec of the offer.');
        holds(/^m=application [1-9]/m.test(body), 'The answer takes no data channel.');
      }),
  },
  {
    id: 'webrtc.offer/whole',
    level: 'must',
    source: '7.1',
    says: 'The answer holds all that is needed to connect: credentials, a fingerprint, a role and candidates.',
    breaks: 'All of them: there is no trickle.',
    run: (probe) =>
      during(probe, ({ body }) => {
        const needed = {
          credentials: /^a=ice-ufrag:/m,
          fingerprint: /^a=fingerprint:/m,
          role: /^a=setup:(active|passive)/m,
        };
        const all = { ...needed, candidates: /^a=candidate:/m };
        const missing = Object.entries(all).flatMap(([name, pattern]) => (pattern.test(body) ? [] : [name]));
        holds(missing.length === 0, `The answer has no ${missing.join(', no ')}.`);
      }),
  },
  {
    id: 'webrtc.offer/form',
    level: 'must',
    source: '7.1',
    says: 'An offer and a session can come together in a form.',
    breaks: 'Web servers that make the call for their pages, as the guide shows.',
    run: (probe) => during(probe, ({ body }) => holds(body.startsWith('v=0'), 'The body is no SDP.'), form(probe)),
  },
  {
    id: 'webrtc.offer/across-origins',
    level: 'must',
    source: '7.1',
    says: 'A page of another origin may call, and read Location.',
    breaks: 'The agents package in browsers.',
    run: (probe) =>
      during(
        probe,
        ({ headers }) => {
          const allowed = headers['access-control-allow-origin'] ?? 'nobody';
          holds(allowed === '*' || allowed === origin, `access-control-allow-origin is ${allowed}.`);
          const shown = (headers['access-control-expose-headers'] ?? '').toLowerCase();
          holds(shown.includes('location') || shown.includes('*'), 'Location is not exposed.');
        },
        { headers: { origin } },
      ),
  },
  {
    id: 'webrtc.offer/preflight',
    level: 'must',
    source: '7.1',
    says: 'A preflight allows a POST with a key and a type of content.',
    breaks: 'Every browser, before the first offer.',
    async run(probe) {
      const asked = {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      };
      const headers = { origin, ...asked };
      const reply = await probe.request({ method: 'OPTIONS', path: '/calls', credential: 'none', headers });
      if (reply.status === 404) throw absent('There are no calls.');
      succeeded(reply, 'OPTIONS /calls');
      const allowed = (reply.headers['access-control-allow-headers'] ?? '').toLowerCase();
      holds(allowed.includes('authorization'), `access-control-allow-headers is "${allowed}".`);
    },
  },
  {
    id: 'webrtc.offer/secret',
    level: 'must',
    source: '7.1',
    says: 'A client secret makes a call.',
    breaks: browsers,
    async run(probe) {
      await during(probe, () => {});
      const session = { type: 'realtime', model: probe.endpoint.query['model'] };
      const made = await probe.post('/client_secrets', { session });
      succeeded(made, 'POST /client_secrets');
      const bearer = textAt(bodyOf(made), 'value');
      await taken(during(probe, ({ status }) => holds(status === 201, `HTTP ${status}`), { credential: { bearer } }));
    },
  },
  {
    id: 'webrtc.offer/bad',
    level: 'should',
    source: '7.1',
    says: 'What is no offer is HTTP 400, with an error of the API.',
    breaks: 'Nobody is known to.',
    async run(probe) {
      const reply = await call(probe, { body: 'hello' });
      if (reply.status === 404 || reply.status === 405) throw absent('There are no calls.');
      isRefusal(reply, [400]);
    },
  },
  {
    id: 'webrtc.offer/wrong-key',
    level: 'must',
    source: '7.1',
    says: 'With a wrong key it is HTTP 401, with an error of the API.',
    breaks: browsers,
    async run(probe) {
      if (probe.endpoint.key === null) throw absent('No key was given, so nobody knows whether one is needed.');
      isRefusal(await call(probe, { credential: { bearer: 'sk-check-wrong-key' } }), [401]);
    },
  },
  {
    id: 'webrtc.hangup/ends',
    level: 'must',
    source: '7.5',
    says: 'POST …/hangup is answered with 200, and the call is gone.',
    breaks: 'Web servers that end calls which they made.',
    async run(probe) {
      const reply = await answered(probe);
      const gone = await hangUp(probe, reply);
      holds(gone.status === 200, `It was answered with HTTP ${gone.status}.`);
      await isGone(probe, idOf(reply));
    },
  },
  {
    id: 'webrtc.hangup/unknown',
    level: 'should',
    source: '7.5',
    says: 'Hanging up an unknown call is HTTP 404, with an error of the API.',
    breaks: 'Nobody is known to.',
    async run(probe) {
      isRefusal(await probe.request({ path: `/calls/${nowhere}/hangup` }), [404]);
    },
  },
]);

/** Whoever is turned away from a call is so within this, in milliseconds. */
const shortMs = 200;

function join(probe: Probe, id: string): Promise<Line | Reply> {
  return probe.knock({ query: { model: null, call_id: id } });
}

/** The call cannot be joined any more, now or in a moment. */
async function isGone(probe: Probe, id: string): Promise<void> {
  const found = await join(probe, id);
  holds(
    !(found instanceof Line) || found.seen.every(({ type }) => type !== 'session.created'),
    'The call is still there.',
  );
}

async function joined(probe: Probe, reply: Reply): Promise<Line> {
  if (!isNamed(reply)) throw absent('Nothing names the call.');
  const found = await join(probe, idOf(reply));
  if (found instanceof Line) return found;
  throw absent(`The call cannot be joined: HTTP ${found.status}.`);
}

const servers =
  'Web servers beside a browser’s call, and everything on SIP: tools and instructions come by the sideband.';

export const sidebandChecks: readonly Check[] = checksOf('sideband', true, [
  {
    id: 'sideband.join/unknown',
    level: 'must',
    source: '7.4',
    says: 'Joining an unknown call is HTTP 404 at the upgrade.',
    breaks: 'The agents package on SIP, which tries again on that and on nothing else.',
    async run(probe) {
      const found = await join(probe, nowhere);
      if (!(found instanceof Line))
        return void holds(found.status === 404, `It was answered with HTTP ${found.status}.`);
      throw absent('The upgrade succeeds for whatever call.');
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
