import { spokenQuestion } from '../../audio/node/spoken-question.ts';
import { type Check, checksOf } from '../check.ts';
import { holds } from '../finding.ts';
import { at, type Seen, same } from '../json.ts';
import { add, answer, configure, create, first, inOrder, respond, turn, typed } from '../turns.ts';
import { hangUp, nameOf, untilGone } from './call.ts';
import { connected, event, greeted, heard, playing, silenced } from './live-call.ts';

const browsers = 'Browsers: the samples, and the agents package over WebRTC.';

export const mediaChecks: readonly Check[] = checksOf('webrtc', true, [
  {
    id: 'webrtc.channel/opens',
    level: 'must',
    source: '7.1',
    says: 'The call connects, and the data channel that the caller has made opens.',
    breaks: browsers,
    async run(probe) {
      await connected(probe);
    },
  },
  {
    id: 'webrtc.channel/created',
    level: 'must',
    source: '7.2',
    says: 'session.created is the first event on the data channel, of type realtime.',
    breaks: browsers,
    async run(probe) {
      const { line } = await greeted(probe);
      same(line.seen[0], 'type', 'session.created');
      same(line.seen[0], 'session.type', 'realtime');
    },
  },
  {
    id: 'webrtc.channel/update',
    level: 'must',
    source: '7.2',
    says: 'An update on the data channel is answered there with the whole session.',
    breaks: 'The agents package, which waits for it before the user may speak.',
    async run(probe) {
      const { line } = await greeted(probe);
      same(await configure(line, { instructions: 'Be brief.' }), 'session.instructions', 'Be brief.');
    },
  },
  {
    id: 'webrtc.channel/text',
    level: 'must',
    source: '7.2',
    says: 'A written turn goes over the data channel as over a WebSocket.',
    breaks: browsers,
    async run(probe) {
      const { line } = await greeted(probe);
      const { own } = await turn(line);
      const written = ['response.output_text.delta', 'response.output_text.done', 'response.output_item.done'];
      inOrder(own, ['response.created', 'response.output_item.added', ...written, 'response.done']);
    },
  },
  {
    id: 'webrtc.channel/errors',
    level: 'must',
    source: '8',
    says: 'A mistake on the data channel gets an error with its event_id, and the call goes on.',
    breaks: browsers,
    async run(probe) {
      const { line } = await greeted(probe);
      line.send({ type: 'check.unknown_event', event_id: 'check_echo' });
      same(await line.refusal(), 'error.event_id', 'check_echo');
      await configure(line, {});
    },
  },
  {
    id: 'webrtc.sound/heard',
    level: 'must',
    source: '7.2',
    says: 'A spoken answer comes on the track, and its transcript over the channel.',
    breaks: browsers,
    async run(probe) {
      const call = await greeted(probe);
      const spoken = await turn(call.line, 'audio');
      first(spoken, 'response.output_audio_transcript.done');
      await heard(call);
    },
  },
  {
    id: 'webrtc.sound/not-twice',
    level: 'should',
    source: '7.2',
    says: 'Sound goes by the track, and no response.output_audio.delta over the channel.',
    breaks: 'Nobody that we know of. Without it, sound comes twice, through a channel that was not made for it.',
    async run(probe) {
      const { line } = await greeted(probe);
      const { events } = await turn(line, 'audio');
      const twice = events.find(({ type }) => type === 'response.output_audio.delta');
      holds(twice === undefined, 'response.output_audio.delta came over the channel.');
    },
  },
  {
    id: 'webrtc.sound/spoken-turn',
    level: 'must',
    isModelsWill: true,
    source: '7.2',
    says: 'Speech on the track is a turn: speech_started, speech_stopped, committed, and an answer.',
    breaks: browsers,
    async run(probe) {
      const call = await greeted(probe);
      const { line } = call;
      await configure(line, { audio: { input: { turn_detection: { type: 'server_vad', create_response: true } } } });
      line.story.races();
      call.say(spokenQuestion(24_000));
      const committed = await event(line, 'input_audio_buffer.committed');
      const own = line.seen.filter(({ item_id }) => item_id === committed['item_id']);
      const names = ['speech_started', 'speech_stopped', 'committed'];
      inOrder(
        own,
        names.map((name) => `input_audio_buffer.${name}`),
      );
      const created = await event(line, 'response.created');
      await event(line, 'response.done', (done) => at(done, 'response.id') === at(created, 'response.id'));
    },
  },
  {
    id: 'webrtc.sound/push-to-talk',
    level: 'must',
    source: '2.4',
    says: 'Without turn detection, clear and commit cut a turn out of the speech on the track.',
    breaks: 'Push-to-talk in browsers, which clears when the key goes down and commits when it goes up.',
    async run(probe) {
      const call = await greeted(probe);
      const { line } = call;
      await configure(line, { audio: { input: { turn_detection: null } } });
      line.send({ type: 'input_audio_buffer.clear' });
      await line.get('input_audio_buffer.cleared');
      const question = spokenQuestion(24_000);
      call.say(question);
      await probe.pause((question.length * 1000) / 24_000);
      line.send({ type: 'input_audio_buffer.commit' });
      const { item_id } = await line.get('input_audio_buffer.committed');
      await line.get('conversation.item.added', (added) => at(added, 'item.id') === item_id);
      line.send({ type: 'response.create' });
      await answer(line);
    },
  },
  {
    id: 'webrtc.buffer/started',
    level: 'should',
    source: '7.3',
    says: 'output_audio_buffer.started comes when an answer begins to play, and stopped when it has played to its end.',
    breaks: 'Nobody that we know of. Pages show by it who is speaking.',
    async run(probe) {
      const { line } = await greeted(probe);
      await add(line, typed('Say: ready'));
      const { id } = await respond(line, create('audio'));
      const isIts = ({ response_id }: Seen): boolean => response_id === id;
      await event(line, 'output_audio_buffer.started', isIts);
      await event(line, 'output_audio_buffer.stopped', isIts);
      const own = line.seen.filter((each) => isIts(each) || at(each, 'response.id') === id);
      inOrder(own, ['response.created', 'output_audio_buffer.started', 'output_audio_buffer.stopped']);
    },
  },
  {
    id: 'webrtc.buffer/clear',
    level: 'must',
    source: '7.3',
    says: 'output_audio_buffer.clear silences what is being played, and is answered by cleared.',
    breaks: 'The agents package, which interrupts this way: the answer goes on over the user.',
    async run(probe) {
      const [call, response] = await playing(probe);
      await heard(call);
      await silenced(probe, call.line, response);
    },
  },
  {
    id: 'webrtc.hangup/closes',
    level: 'must',
    source: '7.5',
    says: 'Hanging up by HTTP closes the data channel.',
    breaks: 'Pages, whose call is over without their knowing.',
    async run(probe) {
      const { line, reply } = await greeted(probe);
      nameOf(reply);
      line.leave();
      await hangUp(probe, reply);
      await line.end();
    },
  },
  {
    id: 'webrtc.hangup/by-caller',
    level: 'should',
    source: '7.1',
    says: 'A caller that leaves ends the call.',
    breaks: 'Nobody that we know of. Without it, calls that everybody has left go on and cost money.',
    async run(probe) {
      const { line, reply } = await greeted(probe);
      const id = nameOf(reply);
      line.leave();
      line.drop();
      await untilGone(probe, id);
    },
  },
]);
