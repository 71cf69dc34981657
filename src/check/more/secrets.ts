import { type Check, checksOf } from '../check.ts';
import { absent, holds, taken } from '../finding.ts';
import { at, numberAt, objectAt, same, textAt } from '../json.ts';
import { Line } from '../line.ts';
import { bodyOf, isRefusal, type Probe, succeeded } from '../probe.ts';
import { configure, update } from '../turns.ts';

const browsers = 'Browsers: the samples, the agents package and LiveKit get their key this way.';
const path = '/client_secrets';

async function minted(probe: Probe, body: object = {}): Promise<unknown> {
  const model = probe.endpoint.query['model'] ?? '';
  const session = { type: 'realtime', ...(model === '' ? {} : { model }) };
  const reply = await probe.post(path, { session, ...body });
  succeeded(reply, 'POST /client_secrets');
  return bodyOf(reply);
}

async function secret(probe: Probe, body: object = {}): Promise<string> {
  return textAt(await minted(probe, body), 'value');
}

function brief(probe: Probe): object {
  return { session: { type: 'realtime', model: probe.endpoint.query['model'], instructions: 'Be brief.' } };
}

export const secretChecks: readonly Check[] = checksOf('secrets', true, [
  {
    id: 'secrets.create/shape',
    level: 'must',
    source: '1.5',
    says: 'POST /client_secrets gives a value, expires_at and the session.',
    breaks: browsers,
    async run(probe) {
      const made = await minted(probe);
      textAt(made, 'value');
      numberAt(made, 'expires_at');
      same(made, 'session.type', 'realtime');
    },
  },
  {
    id: 'secrets.create/prefix',
    level: 'should',
    source: '1.6',
    says: 'A client secret begins with ek_.',
    breaks: 'Nobody that we know of. The agents package warns of other keys in browsers.',
    async run(probe) {
      holds((await secret(probe)).startsWith('ek_'), 'It begins otherwise.');
    },
  },
  {
    id: 'secrets.create/session',
    level: 'must',
    source: '1.5',
    says: 'The settings that were asked for are shown.',
    breaks: browsers,
    async run(probe) {
      const made = await minted(probe, brief(probe));
      objectAt(made, 'session');
      same(made, 'session.instructions', 'Be brief.');
    },
  },
  {
    id: 'secrets.create/expires',
    level: 'must',
    source: '1.5',
    says: 'expires_after.seconds moves expires_at, which is in whole seconds.',
    breaks: 'Clients that renew a secret before it expires.',
    async run(probe) {
      const ends = async (seconds: number): Promise<number> => {
        const made = await minted(probe, { expires_after: { anchor: 'created_at', seconds } });
        return numberAt(made, 'expires_at');
      };
      const [short, long] = [await ends(60), await ends(1260)];
      holds(Number.isInteger(short) && Number.isInteger(long), 'expires_at is no whole number.');
      holds(Math.abs(long - short - 1200) <= 60, `1200 s more are ${long - short} s more.`);
    },
  },
  {
    id: 'secrets.create/too-long',
    level: 'should',
    source: '1.5',
    says: 'More than 7200 seconds are refused with HTTP 400 and an error of the API.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      await minted(probe);
      const reply = await probe.post(path, { expires_after: { anchor: 'created_at', seconds: 7201 } });
      isRefusal(reply, [400]);
    },
  },
  {
    id: 'secrets.create/bad-session',
    level: 'should',
    source: '1.5',
    says: 'A session that makes no sense is refused with HTTP 400, and the error names the field.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      await minted(probe);
      const reply = await probe.post(path, { session: { type: 'realtime', output_modalities: ['smell'] } });
      holds(typeof at(isRefusal(reply, [400]), 'error.param') === 'string', 'error.param names nothing.');
    },
  },
  {
    id: 'secrets.create/wrong-key',
    level: 'must',
    source: '1.5',
    says: 'A wrong key is refused with HTTP 401 and an error of the API.',
    breaks: 'Web servers, which hand a useless answer on to their pages.',
    async run(probe) {
      if (probe.endpoint.key === null) throw absent('No key was given, so nobody knows whether one is needed.');
      await minted(probe);
      isRefusal(await probe.post(path, {}, { credential: { bearer: 'sk-check-wrong-key' } }), [401]);
    },
  },
  {
    id: 'secrets.use/header',
    level: 'must',
    source: '1.5',
    says: 'A client secret opens a session as a bearer.',
    breaks: browsers,
    async run(probe) {
      const bearer = await secret(probe);
      await taken(probe.open({ credential: { bearer } }));
    },
  },
  {
    id: 'secrets.use/subprotocol',
    level: 'must',
    source: '1.5',
    says: 'A client secret opens a session as a subprotocol.',
    breaks: browsers,
    async run(probe) {
      const protocols = ['realtime', `openai-insecure-api-key.${await secret(probe)}`];
      const line = await taken(probe.open({ credential: 'none', protocols }));
      holds(line.protocol === 'realtime', `"${line.protocol}" was selected, not realtime.`);
    },
  },
  {
    id: 'secrets.use/settled',
    level: 'must',
    source: '1.2',
    says: 'The session has the settings of the secret.',
    breaks: 'Applications that keep instructions from their pages.',
    async run(probe) {
      const bearer = await secret(probe, brief(probe));
      const line = await taken(probe.open({ credential: { bearer } }));
      // A relay may have to settle them by an update of its own.
      same(await configure(line, {}), 'session.instructions', 'Be brief.');
    },
  },
  {
    id: 'secrets.use/update',
    level: 'must',
    source: '1.5',
    says: 'An update may change what the secret settled.',
    breaks: 'The agents package, which configures each session itself.',
    async run(probe) {
      const bearer = await secret(probe, brief(probe));
      const line = await taken(probe.open({ credential: { bearer } }));
      line.send(update({ instructions: 'Be long.' }));
      await line.get('session.updated', (event) => at(event, 'session.instructions') === 'Be long.');
    },
  },
  {
    id: 'secrets.use/unknown',
    level: 'should',
    source: '1.5',
    says: 'A client secret that nobody made opens no session.',
    breaks: 'Nobody that we know of.',
    async run(probe) {
      const found = await probe.knock({ credential: { bearer: `ek_${'0'.repeat(32)}` } });
      if (!(found instanceof Line)) return void isRefusal(found, [401, 403]);
      const event = await found.until('answer', () => found.seen[0]);
      same(event, 'type', 'error');
    },
  },
]);
