import { decodeBase64, decodeSamples } from 'antiphon/audio';
import { connect, type RealtimeSession } from 'antiphon/client';
import {
  AudioDeviceError,
  createMicrophone,
  createSpeaker,
  listAudioDevices,
  type Microphone,
  type Speaker,
} from 'antiphon/client/browser';
import { show, transcript } from './screen.ts';

/** A call: a session, and the sound that goes both ways. */
interface Call {
  readonly session: RealtimeSession;
  readonly microphone: Microphone;
  readonly speaker: Speaker;
}

const speaking = 'The assistant speaks.';
const spoken = 'You have spoken.';
const yourTurn = 'It is your turn.';

/** The user's words are wanted as text too. */
const audio = { input: { transcription: { model: 'whisper-1' } } };

/** Places the call; on an error nothing stays open. */
async function placeCall(url: string): Promise<Call> {
  const speaker = await createSpeaker({
    onLevel: (level) => show.level('assistant', level),
    // An answer is made faster than it is played, so only the speaker knows how long it lasts.
    onPlaying: (isPlaying) => (isPlaying ? show.state(speaking) : show.stateAfter(speaking, yourTurn)),
  });
  const session = await connect({ url, session: { type: 'realtime', audio } });
  const microphone = await createMicrophone({
    onFrame: (samples) => {
      if (session.connection !== 'closed') session.appendAudio(samples);
    },
    onLevel: (level) => show.level('you', level),
    onDevice: ({ device, error }) => show.state(device?.label ?? `No microphone: ${error?.message}`),
  }).catch(async (error: unknown) => {
    session.close();
    await speaker.close();
    throw error;
  });
  return { session, microphone, speaker };
}

/** Stops the answer and tells the server how much of it was heard. */
async function interrupt({ session, speaker }: Call): Promise<void> {
  const before = new Set(speaker.positions.filter(({ isCut }) => isCut).map(({ itemId }) => itemId));
  const heard = await speaker.clear();
  const unheard = heard.filter((part) => !before.has(part.itemId) && part.playedSamples < part.receivedSamples);
  const cuts = unheard.map(({ itemId, contentIndex, playedMs }) => {
    transcript.cut(itemId, playedMs);
    return session.truncate(itemId, playedMs, { contentIndex });
  });
  await Promise.all(cuts).catch((error: unknown) => show.state(String(error)));
}

/** What happens on the session, as sound and as text. */
function follow(call: Call): void {
  const { session, speaker } = call;
  session.on('response.output_audio.delta', ({ item_id, content_index, delta }) => {
    const bytes = decodeBase64(delta);
    if (bytes !== null) speaker.play(item_id, content_index, decodeSamples(bytes, 'audio/pcm'));
  });
  session.on('input_audio_buffer.speech_started', ({ item_id }) => {
    transcript.begin('You', item_id);
    show.state('You speak.');
    return interrupt(call);
  });
  session.on('input_audio_buffer.speech_stopped', () => show.state(spoken));
  session.on('conversation.item.input_audio_transcription.completed', ({ item_id, transcript: text }) =>
    transcript.add(item_id, text),
  );
  session.on('response.output_item.added', ({ item }) => {
    if (item.id !== undefined && item.type === 'message') transcript.begin('Assistant', item.id);
  });
  session.on('response.done', ({ response: { status, status_details } }) => {
    if (status === 'failed') show.state(`The answer failed: ${status_details?.error?.message ?? 'nobody knows why'}`);
    // An answer without sound says nothing that the speaker could tell the end of.
    else if (!speaker.isPlaying && status !== 'cancelled') show.stateAfter(spoken, yourTurn);
  });
  session.on('response.output_audio_transcript.delta', ({ item_id, delta }) => transcript.add(item_id, delta));
  session.on('error', ({ error }) => show.state(error.message));
}

async function talk(url: string): Promise<void> {
  show.state('Connecting …');
  const call = await placeCall(url);
  follow(call);
  // For the console, and for a look from outside.
  Object.assign(globalThis, { call });
  show.devices(await listAudioDevices(), (deviceId) => call.microphone.switchDevice(deviceId));
  show.button('mute', () => {
    if (call.microphone.isMuted) call.microphone.unmute();
    else call.microphone.mute();
    return call.microphone.isMuted ? 'Unmute' : 'Mute';
  });
  show.button('interrupt', () => {
    void interrupt(call);
  });
  show.button('hang-up', () => call.session.close());
  show.connected(true);
  show.state(`Connected: ${call.microphone.device?.label}`);
  await call.session.closed;
  await Promise.all([call.microphone.stop(), call.speaker.close()]);
  show.connected(false);
  show.state('Hung up.');
}

show.onTalk((url) =>
  talk(url).catch((error: unknown) => {
    show.connected(false);
    show.state(error instanceof AudioDeviceError ? `${error.message} (${error.code})` : String(error));
  }),
);
