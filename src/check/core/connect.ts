import { type Check, checksOf } from '../check.ts';
import { absent, holds } from '../finding.ts';
import { at, type Seen, same, textAt } from '../json.ts';
import { Line } from '../line.ts';
import type { Probe } from '../probe.ts';

const browsers = 'Browsers, and everything that runs in them: they drop the connection, or can show no key.';

/** What a browser offers beside `realtime`. */
const offers = ['realtime', 'openai-agents-sdk.0.1.0', 'openai-organization.org_check', 'openai-project.proj_check'];

/** A key that nobody has given out, and that is no client secret either. */
const wrongKey = 'sk-check-wrong-key';

function needsKey({ endpoint }: Probe): void {
  if (endpoint.key === null) throw absent('No key was given, so nobody knows whether one is needed.');
}

/** The error that a connection begins with. */
async function turnedAway(line: Line): Promise<Seen> {
  const event = await line.until('error after the opening', () => line.seen[0]);
  holds(event.type === 'error', `${event.type} came, not an error.`);
  return event;
}

export const connectChecks: readonly Check[] = checksOf('core', false, [
  {
    id: 'core.connect/upgrade',
    level: 'must',
    source: '1.1',
    says: 'A WebSocket opens at the address of the API with ?model=, and a key as a bearer.',
    breaks: 'Every client.',
    async run(probe) {
      await probe.dial();
    },
  },
  {
    id: 'core.connect/subprotocol',
    level: 'must',
    source: '1.1',
    says: 'Of the subprotocols that a browser offers, `realtime` is selected, whatever else is offered.',
    breaks: browsers,
    async run(probe) {
      const line = await probe.open({ protocols: offers });
      holds(line.protocol === 'realtime', `The subprotocol "${line.protocol}" was selected, not realtime.`);
    },
  },
  {
    id: 'core.connect/key-in-subprotocol',
    level: 'must',
    source: '1.1',
    says: 'A key is accepted as the subprotocol openai-insecure-api-key.KEY, which is never selected.',
    breaks: browsers,
    async run(probe) {
      const key = probe.endpoint.key ?? 'check';
      const protocols = ['realtime', `openai-insecure-api-key.${key}`];
      const line = await probe.open({ protocols, credential: 'none' });
      holds(line.protocol === 'realtime', `"${line.protocol}" was selected, not realtime.`);
    },
  },
  {
    id: 'core.connect/unknown-query',
    level: 'must',
    source: '1.1',
    says: 'Query parameters that the API does not name are ignored.',
    breaks: 'The Twilio sample, which sends a temperature in the address.',
    async run(probe) {
      await probe.open({ query: { temperature: '0.8' } });
    },
  },
  {
    id: 'core.connect/client-headers',
    level: 'must',
    source: '1.1',
    says: 'Headers of organisation, project and SDK are accepted, whatever the server makes of them.',
    breaks: 'The openai and agents packages, which send them.',
    async run(probe) {
      const headers = {
        'openai-safety-identifier': 'check',
        'x-openai-agents-sdk': 'openai-agents-sdk.0.1.0',
        'user-agent': 'Agents/JavaScript 0.1.0',
      };
      await probe.open({ headers });
    },
  },
  {
    id: 'core.connect/wrong-key',
    level: 'must',
    source: '1.1',
    says: 'A wrong key is refused with an error that says so: as an event before the close, or by HTTP 401 or 403.',
    breaks: 'LiveKit, which gives up on invalid_api_key and tries for ever on anything else.',
    async run(probe) {
      needsKey(probe);
      const found = await probe.knock({ credential: { bearer: wrongKey } });
      if (!(found instanceof Line)) {
        return holds([401, 403].includes(found.status), `HTTP ${found.status} came, not 401 or 403.`);
      }
      same(await turnedAway(found), 'error.code', 'invalid_api_key');
      await found.end();
    },
  },
  {
    id: 'core.connect/wrong-key-close',
    level: 'should',
    source: '1.1',
    says: 'After a wrong key the socket closes with 3000 and the reason invalid_request_error.invalid_api_key.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      needsKey(probe);
      const line = await probe.dial({ credential: { bearer: wrongKey } });
      const word = await line.until('close', () => line.closedWith ?? line.seen.find(({ type }) => type !== 'error'));
      holds(!('type' in word), 'A session was opened.');
      const { code, reason } = await line.end();
      holds(code === 3000, `It closed with ${code}, not 3000.`);
      holds(reason === 'invalid_request_error.invalid_api_key', `The reason was "${reason}".`);
    },
  },
  {
    id: 'core.connect/missing-model',
    level: 'should',
    source: '1.1',
    says: 'Without a model in the address comes the error missing_model and a close with 4000.',
    breaks: 'Nobody that we know of. Someone who forgets the model should be told.',
    async run(probe) {
      const line = await probe.dial({ query: { model: null } });
      same(await turnedAway(line), 'error.code', 'missing_model');
      const { code } = await line.end();
      holds(code === 4000, `It closed with ${code}, not 4000.`);
    },
  },
  {
    id: 'core.connect/many',
    level: 'must',
    source: '1.1',
    says: 'Two sessions at a time have ids of their own, and know nothing of each other.',
    breaks: 'Every server of an application with more than one user.',
    async run(probe) {
      const [one, other] = [await probe.open(), await probe.open()];
      const [first, second] = [one.seen[0], other.seen[0]].map((event) => textAt(event, 'session.id'));
      holds(first !== second, `Both sessions are called ${first}.`);
      const { length } = other.seen;
      one.send({ type: 'session.update', session: { type: 'realtime' } });
      await one.get('session.updated');
      holds(other.seen.length === length, 'The update of one session was told to the other.');
    },
  },
  {
    id: 'core.close/clean',
    level: 'must',
    source: '1.1',
    says: 'A close with 1000 is answered with 1000.',
    breaks: 'Clients that tell a clean end from a loss: LiveKit and pipecat connect anew after the latter.',
    async run(probe) {
      const line = await probe.open();
      const { code } = await line.hangUp();
      holds(code === 1000, `The close was answered with ${code}.`);
    },
  },
  {
    id: 'core.session/created-first',
    level: 'must',
    source: '1.2',
    says: 'session.created is the first event, and comes before the client has sent anything.',
    breaks: 'LiveKit, pipecat and the agents package, which wait for it.',
    async run(probe) {
      const line = await probe.dial();
      await line.get('session.created');
      same(line.seen[0], 'type', 'session.created');
      const early = line.seen.find(({ type }) => type === 'session.updated');
      holds(early === undefined, `${at(early, 'type')} came before the client had asked for anything.`);
    },
  },
]);
