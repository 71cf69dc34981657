import { type Check, checksOf } from '../check.ts';
import { absent, holds, taken } from '../finding.ts';
import { textAt } from '../json.ts';
import { type AskOptions, bodyOf, isRefusal, type Probe, succeeded } from '../probe.ts';
import { answered, call, during, hangUp, hasCalls, idOf, isGone, nowhere } from './call.ts';
import { offer } from './offer.ts';

const browsers = 'Browsers: the samples, and the agents package over WebRTC.';
const origin = 'http://localhost:3000';

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
    breaks: 'All of them, since candidates are never sent later.',
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
      await hasCalls(probe);
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
    says: 'A body that is no offer is refused with HTTP 400 and an error of the API.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      await hasCalls(probe);
      isRefusal(await call(probe, { body: 'hello' }), [400]);
    },
  },
  {
    id: 'webrtc.offer/wrong-key',
    level: 'must',
    source: '7.1',
    says: 'A wrong key is refused with HTTP 401 and an error of the API.',
    breaks: browsers,
    async run(probe) {
      if (probe.endpoint.key === null) throw absent('No key was given, so nobody knows whether one is needed.');
      await hasCalls(probe);
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
    says: 'Hanging up an unknown call is refused with HTTP 404 and an error of the API.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      await hasCalls(probe);
      isRefusal(await probe.request({ path: `/calls/${nowhere}/hangup` }), [404]);
    },
  },
]);
