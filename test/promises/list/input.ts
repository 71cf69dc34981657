import { type Area, type Statement, testsIn } from '../promise.ts';

const buffer = testsIn('src/core/input-audio/buffer.test.ts');
const config = testsIn('src/core/session-config.test.ts');
const events = testsIn('src/protocol/parse-errors.test.ts');
const openai = testsIn('test/clients/openai.test.ts');
const responses = testsIn('src/core/response/response.test.ts');
const session = testsIn('src/server/session/session.test.ts');
const transcription = testsIn('src/core/transcription/transcription.test.ts');
const streamingSpeech = testsIn('src/core/transcription/streaming.test.ts');
const turns = testsIn('src/core/input-audio/turn.test.ts');
const wholeTurns = testsIn('test/promises/turns.test.ts');

const mistake = 'a client event that %s > %j';

const inputBuffer: Area = {
  name: 'Input audio buffer',
  statements: [
    {
      id: 'append-silent',
      section: '§2.1',
      promise: 'An append is never answered.',
      kept: 'yes',
      proof: [buffer('says nothing to an append')],
    },
    {
      id: 'append-formats',
      section: '§2.1',
      promise: 'Audio is PCM16 at 24 kHz, or µ-law or A-law at 8 kHz.',
      kept: 'yes',
      proof: [
        session('gives a retrieved item the audio that was committed, padding and all'),
        buffer('counts G.711 at 8 kHz'),
      ],
    },
    {
      id: 'append-size',
      section: '§2.1',
      promise: 'An append may bring 15 MiB of audio; more is refused, and the session goes on.',
      kept: 'yes',
      proof: [
        wholeTurns('may bring 15 MiB of audio'),
        wholeTurns('of more is refused, with both sizes, and the session goes on'),
      ],
    },
    {
      id: 'append-mistakes',
      section: '§2.1',
      promise: 'Audio that is missing, no string or no base64 has its own error.',
      kept: 'yes',
      proof: [
        events(mistake, "[{ type: 'input_audio_buffer.append' }"),
        events(mistake, "audio: null }, 'invalid_type'"),
        session('answers %s with an error and goes on', "'bad base64'"),
      ],
    },
    {
      id: 'append-odd',
      section: '§2.1',
      promise: 'Half a sample at the end waits for its other half.',
      kept: 'yes',
      proof: [session('keeps an odd byte for the next append'), buffer('counts an odd byte when its other half comes')],
    },
    {
      id: 'commit-item',
      section: '§2.1',
      promise: 'A commit makes a user item and never a response: committed, item.added, item.done.',
      kept: 'yes',
      proof: [buffer('becomes a user item on commit, and starts no response')],
    },
    {
      id: 'commit-short',
      section: '§2.1',
      promise: 'A commit of less than 100 ms is refused, with the milliseconds there are.',
      kept: 'yes',
      proof: [buffer('refuses to commit %i ms')],
    },
    {
      id: 'commit-turn',
      section: '§2.1',
      promise: 'A commit in the midst of speech ends the turn under its announced id, without speech_stopped.',
      kept: 'yes',
      proof: [buffer('ends an open turn on commit under the id that speech_started announced')],
    },
    {
      id: 'commit-silence',
      section: '§2.1',
      promise: 'A commit may take silence in which turn detection heard nobody.',
      kept: 'yes',
      proof: [wholeTurns('may take silence in which turn detection heard nobody')],
    },
    {
      id: 'commit-previous',
      section: '§2.1',
      promise: 'The first item of a conversation has previous_item_id null.',
      kept: 'yes',
      proof: [turns('turns speech into a committed item and a response', 'previous_item_id: null')],
    },
    {
      id: 'commit-shown',
      section: '§2.1',
      promise:
        'The item shows input_audio with a transcript key and no bytes; the transcript enters it once it is there.',
      kept: 'yes',
      proof: [
        turns('turns speech into a committed item and a response', 'transcript: null'),
        transcription('shows the transcript in the item from then on'),
      ],
    },
    {
      id: 'clear-answered',
      section: '§2.1',
      promise: 'A clear drops the audio and any open turn, and is always answered.',
      kept: 'yes',
      proof: [buffer('clears always, with an answer'), buffer('ends an open turn silently on clear')],
    },
    {
      id: 'noise-reduction',
      section: '§2.1',
      promise: 'noise_reduction filters the audio before it is heard.',
      kept: 'partly',
      missing: 'noise reduction: its settings are kept and shown, and filter nothing',
      proof: [config('keeps the strength of noise reduction that an update leaves out')],
    },
  ],
};

const detection: readonly Statement[] = [
  {
    id: 'vad-threshold',
    section: '§2.2',
    promise: 'server_vad: a higher threshold, 0 to 1, needs louder speech.',
    kept: 'yes',
    proof: [wholeTurns('with a higher threshold needs louder speech'), events(mistake, 'Invalid value: 1.1.')],
  },
  {
    id: 'vad-padding',
    section: '§2.2',
    promise: 'server_vad: prefix_padding_ms of audio before speech belong to the turn.',
    kept: 'yes',
    proof: [
      wholeTurns('keeps as much audio before speech as prefix_padding_ms says'),
      turns('keeps the padding within what is buffered'),
    ],
  },
  {
    id: 'vad-silence',
    section: '§2.2',
    promise: 'server_vad: silence_duration_ms end a turn (200 by default), a shorter pause does not.',
    kept: 'yes',
    proof: [
      turns('hears a pause shorter than the silence duration as part of the turn'),
      config('shows every default of a realtime session', 'silence_duration_ms: 200'),
    ],
  },
  {
    id: 'vad-switches',
    section: '§2.2',
    promise: 'create_response and interrupt_response work in all four combinations.',
    kept: 'yes',
    proof: [wholeTurns('with create_response %s and interrupt_response %s')],
  },
  {
    id: 'vad-deferred',
    section: '§2.2',
    promise: 'A turn that may not interrupt is answered after the running response; its item is kept either way.',
    kept: 'yes',
    proof: [turns('answers after the running response where it must not interrupt it')],
  },
  {
    id: 'vad-idle-range',
    section: '§2.2',
    promise: 'idle_timeout_ms is 5000 to 30000, of server_vad only.',
    kept: 'yes',
    proof: [events(mistake, 'idle_timeout_ms: 4999'), events(mistake, 'idle_timeout_ms: 30_001')],
  },
  {
    id: 'vad-semantic',
    section: '§2.2',
    promise: 'semantic_vad waits at most 8, 4 or 2 seconds as eagerness says, and less when the words sound complete.',
    kept: 'yes',
    proof: [
      wholeTurns('by meaning, eagerness %s, waits at most %i ms'),
      turns('with eagerness %s ends a turn after %i ms of silence'),
      turns('after "%s" waits %i ms'),
      streamingSpeech('tell semantic_vad how finished the turn sounds: after "%s" it waits %i ms'),
    ],
  },
  {
    id: 'vad-off',
    section: '§2.2',
    promise: 'turn_detection null: no speech events, no commits, no responses.',
    kept: 'yes',
    proof: [turns('starts nothing by itself once it is off')],
  },
  {
    id: 'vad-transcription',
    section: '§2.2',
    promise: 'In transcription sessions create_response and interrupt_response have no effect.',
    kept: 'yes',
    proof: [responses('a transcription session > makes no responses')],
  },
  {
    id: 'vad-unsupported',
    section: '§2.2',
    promise: 'A transcription model that streams while audio arrives refuses turn detection.',
    kept: 'yes',
    proof: [config('refuses turn detection beside a transcription model that cannot have it')],
  },
  {
    id: 'vad-clock',
    section: '§2.2',
    promise: 'audio_start_ms and audio_end_ms count all audio since the session began, padding and silence included.',
    kept: 'yes',
    proof: [
      wholeTurns('tells places in all the audio since the session began, whatever was committed or cleared'),
      turns('turns speech into a committed item and a response', 'audio_end_ms: 1700'),
    ],
  },
  {
    id: 'vad-click',
    section: '§2.2',
    promise: 'A click starts no turn.',
    kept: 'yes',
    proof: [turns('starts no turn for a click')],
  },
];

const wholeTurn: readonly Statement[] = [
  {
    id: 'turn-order',
    section: '§2.3',
    promise:
      'speech_started, speech_stopped, committed, item.added, item.done, response.created: one item id throughout.',
    kept: 'yes',
    proof: [
      turns('turns speech into a committed item and a response'),
      openai('is heard, transcribed and answered aloud'),
    ],
  },
  {
    id: 'turn-transcription',
    section: '§2.3',
    promise: 'Transcription comes at any time after the commit, and a response does not wait for it.',
    kept: 'yes',
    proof: [
      turns('turns speech into a committed item and a response', "'response.created'"),
      turns('waits for the words of the turn where the model needs them first'),
    ],
  },
  {
    id: 'turn-two',
    section: '§2.3',
    promise: 'Two turns in one append are both answered.',
    kept: 'yes',
    proof: [session('answers both of two turns that come in one append')],
  },
  {
    id: 'push-to-talk',
    section: '§2.4',
    promise: 'With turn_detection null: clear, appends, commit, response.create, and nothing of itself.',
    kept: 'yes',
    proof: [wholeTurns('is clear, append, commit and response.create, and the server does nothing of itself')],
  },
  {
    id: 'push-to-talk-interrupt',
    section: '§2.4',
    promise: 'response.cancel and conversation.item.truncate cut the assistant off.',
    kept: 'yes',
    proof: [wholeTurns('is interrupted by response.cancel and conversation.item.truncate')],
  },
  {
    id: 'manual-response',
    section: '§2.4',
    promise: 'With create_response false turns are committed, and the client decides when to answer.',
    kept: 'yes',
    proof: [turns('commits without answering where create_response is off')],
  },
];

const idle: readonly Statement[] = [
  {
    id: 'idle-start',
    section: '§2.5',
    promise: 'It counts from the end of a response and the playback of its audio.',
    kept: 'yes',
    proof: [turns('counts from the end of the playback of the last response')],
  },
  {
    id: 'idle-events',
    section: '§2.5',
    promise: 'timeout_triggered, committed, item.added, item.done, response.created.',
    kept: 'yes',
    proof: [turns('commits the silence and makes a response')],
  },
  {
    id: 'idle-called-off',
    section: '§2.5',
    promise: 'Speech and a new response call it off.',
    kept: 'yes',
    proof: [turns('is called off by speech and by a response'), wholeTurns('starts anew with every response')],
  },
];

const bargeIn: readonly Statement[] = [
  {
    id: 'barge-in-closes',
    section: '§2.6',
    promise: 'Speech closes all that is open, as incomplete, then the response: cancelled, turn_detected.',
    kept: 'yes',
    proof: [turns('closes the response after speech_started, with everything it had open')],
  },
  {
    id: 'barge-in-silence',
    section: '§2.6',
    promise: 'speech_started comes first, and no sound after it.',
    kept: 'yes',
    proof: [wholeTurns('sends no more sound after speech_started')],
  },
  {
    id: 'barge-in-nothing',
    section: '§2.6',
    promise: 'Where no response runs, nothing is cancelled.',
    kept: 'yes',
    proof: [wholeTurns('has nothing to cut off where no response runs')],
  },
  {
    id: 'barge-in-out-of-band',
    section: '§2.6',
    promise: 'Responses out of band go on.',
    kept: 'yes',
    proof: [turns('lets out-of-band responses go on')],
  },
  {
    id: 'barge-in-order',
    section: '§2.6',
    promise: 'What the user says comes after the answer that it cut off.',
    kept: 'yes',
    proof: [wholeTurns('puts what the user says after the answer that it cut off')],
  },
  {
    id: 'barge-in-switch',
    section: '§2.6',
    promise: 'With interrupt_response false the response goes on.',
    kept: 'yes',
    proof: [turns('does nothing to the response where interrupt_response is off')],
  },
];

export const input: readonly Area[] = [
  inputBuffer,
  {
    name: 'Turns: detection, push-to-talk, barge-in, idle timeout',
    statements: [...detection, ...wholeTurn, ...idle, ...bargeIn],
  },
];
