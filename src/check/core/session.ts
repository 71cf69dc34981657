import { type Check, checksOf } from '../check.ts';
import { holds } from '../finding.ts';
import { at, hasKeys, listAt, numberAt, objectAt, same, textAt } from '../json.ts';
import { configure, update } from '../turns.ts';

const agents = 'The agents package, which reads it out of every session.updated.';

const tool = {
  type: 'function',
  name: 'look_up',
  description: 'Looks something up.',
  parameters: { type: 'object', properties: { what: { type: 'string' } }, required: ['what'] },
};

export const sessionChecks: readonly Check[] = checksOf('core', false, [
  {
    id: 'core.session/created-shape',
    level: 'must',
    source: '1.2',
    says: 'session.created shows a session of type realtime, with an id, modalities, and both sides of the audio.',
    breaks: 'Typed clients, which read the formats of both sides from it.',
    async run(probe) {
      const [created] = (await probe.open()).seen;
      same(created, 'session.type', 'realtime');
      textAt(created, 'session.id');
      listAt(created, 'session.output_modalities');
      objectAt(created, 'session.audio.input.format');
      objectAt(created, 'session.audio.output.format');
    },
  },
  {
    id: 'core.session/created-keys',
    level: 'should',
    source: '1.2',
    says: 'session.created shows every setting, those included that are null.',
    breaks: 'Nobody that we know of. With it, a client can show the settings without a table of defaults.',
    async run(probe) {
      const [created] = (await probe.open()).seen;
      same(created, 'session.object', 'realtime.session');
      const keys = ['model', 'instructions', 'tools', 'tool_choice', 'max_output_tokens', 'tracing', 'truncation'];
      hasKeys(created, 'session', [...keys, 'expires_at', 'include', 'prompt']);
      hasKeys(created, 'session.audio.input', ['transcription', 'noise_reduction', 'turn_detection']);
      holds(Number.isInteger(numberAt(created, 'session.expires_at')), 'expires_at is no whole number of seconds.');
    },
  },
  {
    id: 'core.session/update-answered',
    level: 'must',
    source: '1.3',
    says: 'session.update is answered by session.updated with the whole session, even if nothing changes.',
    breaks: 'pipecat and the agents package, which wait for it before they send anything.',
    async run(probe) {
      const line = await probe.open();
      const updated = await configure(line, {});
      const own = objectAt(line.seen[0], 'session');
      hasKeys(updated, 'session', Object.keys(own));
      same(updated, 'session.id', at(own, 'id'));
    },
  },
  {
    id: 'core.session/update-at-once',
    level: 'must',
    source: '1.3',
    says: 'An update that is sent as soon as the socket opens, before session.created was read, is accepted.',
    breaks: 'The agents package, which sends one at once and another for tracing.',
    async run(probe) {
      const line = await probe.dial();
      line.send(update({ instructions: 'Be brief.' }));
      const updated = await line.get('session.updated');
      same(updated, 'session.instructions', 'Be brief.');
      same(line.seen[0], 'type', 'session.created');
    },
  },
  {
    id: 'core.session/update-merges',
    level: 'must',
    source: '1.3',
    says: 'An update changes what it holds and leaves the rest as it was.',
    breaks: 'Every client that sets one thing at a time: what was set before is lost.',
    async run(probe) {
      const line = await probe.open();
      const before = objectAt(line.seen[0], 'session.audio.output');
      await configure(line, { instructions: 'Be brief.' });
      const updated = await configure(line, { output_modalities: ['text'] });
      same(updated, 'session.instructions', 'Be brief.');
      same(updated, 'session.audio.output.format', at(before, 'format'));
    },
  },
  {
    id: 'core.session/update-modalities',
    level: 'must',
    source: '1.3',
    says: 'output_modalities of ["text"] makes a session that writes, and is shown.',
    breaks: 'LiveKit and the agents package in text mode.',
    async run(probe) {
      const updated = await configure(await probe.open(), { output_modalities: ['text'] });
      same(updated, 'session.output_modalities', ['text']);
    },
  },
  {
    id: 'core.session/update-clears',
    level: 'must',
    source: '1.3',
    says: 'Empty instructions and an empty list of tools clear what was there.',
    breaks: 'LiveKit, which takes tools away between turns.',
    async run(probe) {
      const line = await probe.open();
      await configure(line, { instructions: 'Be brief.', tools: [tool] });
      const updated = await configure(line, { instructions: '', tools: [] });
      same(updated, 'session.instructions', '');
      same(updated, 'session.tools', []);
    },
  },
  {
    id: 'core.session/update-tools',
    level: 'must',
    source: '1.3',
    says: 'Tools are shown as they were given.',
    breaks: agents,
    async run(probe) {
      const updated = await configure(await probe.open(), { tools: [tool], tool_choice: 'auto' });
      same(updated, 'session.tools.0.name', tool.name);
      same(updated, 'session.tools.0.parameters', tool.parameters);
      same(updated, 'session.tool_choice', 'auto');
    },
  },
  {
    id: 'core.session/update-no-detection',
    level: 'must',
    source: '1.3',
    says: 'turn_detection of null switches it off, and is shown as null.',
    breaks: 'Push-to-talk clients, which are answered before they are through.',
    async run(probe) {
      const updated = await configure(await probe.open(), { audio: { input: { turn_detection: null } } });
      hasKeys(updated, 'session.audio.input', ['turn_detection']);
      same(updated, 'session.audio.input.turn_detection', null);
    },
  },
  {
    id: 'core.session/update-same-model',
    level: 'must',
    source: '1.3',
    says: 'An update that names the model of the session again is accepted.',
    breaks: 'LiveKit and the agents package, which name it each time.',
    async run(probe) {
      const line = await probe.open();
      const model = textAt(line.seen[0], 'session.model');
      await configure(line, { model });
    },
  },
  {
    id: 'core.session/update-tracing',
    level: 'must',
    source: '1.3',
    says: 'An update of tracing alone is accepted, for "auto" and for null.',
    breaks: 'The agents package, which sends one of its own for it.',
    async run(probe) {
      const line = await probe.open();
      await configure(line, { tracing: null });
      await configure(line, { tracing: 'auto' });
    },
  },
  {
    id: 'core.session/update-type-missing',
    level: 'should',
    source: '1.3',
    says: 'An update without session.type is missing_required_parameter, param session.type.',
    breaks: 'Nobody that we know of. Code of the beta era should be told what it lacks.',
    async run(probe) {
      const line = await probe.open();
      line.send({ type: 'session.update', session: { instructions: 'Be brief.' } });
      const error = await line.refusal();
      same(error, 'error.code', 'missing_required_parameter');
      same(error, 'error.param', 'session.type');
    },
  },
  {
    id: 'core.session/update-unknown-key',
    level: 'should',
    source: '1.3',
    says: 'An unknown key in an update is unknown_parameter, with its path as the param.',
    breaks: 'Nobody that we know of. Without it, a typo goes unnoticed.',
    async run(probe) {
      const line = await probe.open();
      line.send(update({ instrutions: 'Be brief.' }));
      const error = await line.refusal();
      same(error, 'error.code', 'unknown_parameter');
      same(error, 'error.param', 'session.instrutions');
    },
  },
  {
    id: 'core.session/update-all-or-nothing',
    level: 'should',
    source: '1.3',
    says: 'If one field cannot be accepted, the whole update is refused.',
    breaks: 'Nobody that we know of. Without it, a session may be half of what was asked for.',
    async run(probe) {
      const line = await probe.open();
      const before = textAt(line.seen[0], 'session.instructions');
      line.send(update({ instructions: 'Be brief.', output_modalities: ['smell'] }));
      await line.refusal();
      const updated = await configure(line, {});
      same(updated, 'session.instructions', before);
    },
  },
  {
    id: 'core.session/ids',
    level: 'should',
    source: '1.6',
    says: 'Ids say what they name: sess_, event_, item_ and resp_ with letters and digits behind.',
    breaks: 'Nobody that we know of. It makes logs easier to read.',
    async run(probe) {
      const [created] = (await probe.open()).seen;
      const [session, event] = [textAt(created, 'session.id'), textAt(created, 'event_id')];
      holds(/^sess_[A-Za-z0-9]+$/.test(session), `The session is called ${session}.`);
      holds(/^event_[A-Za-z0-9]+$/.test(event), `The event is called ${event}.`);
    },
  },
]);
