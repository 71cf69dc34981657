import { type Area, testsIn } from '../promise.ts';

const config = testsIn('src/core/session-config.test.ts');
const heard = testsIn('test/promises/hearing.test.ts');
const laws = testsIn('test/laws/core.test.ts');
const streaming = testsIn('src/server/session/streaming.test.ts');
const streamingSpeech = testsIn('src/core/transcription/streaming.test.ts');
const responses = testsIn('src/core/response/response.test.ts');
const scenario = testsIn('src/engines/scenario/hear.test.ts');
const session = testsIn('src/server/session/session.test.ts');
const transcription = testsIn('src/core/transcription/transcription.test.ts');
const translation = testsIn('src/core/translation/translating.test.ts');
const translationClosing = testsIn('src/core/translation/closing.test.ts');
const translationMistakes = testsIn('src/server/translation/mistakes.test.ts');
const translationSession = testsIn('src/core/translation/session.test.ts');
const translationServer = testsIn('test/translation/server.test.ts');
const translationWire = testsIn('src/server/translation/session.test.ts');

const inputTranscription: Area = {
  name: 'Input transcription',
  statements: [
    {
      id: 'transcript-on',
      section: '§5.1',
      promise: 'Clients are told of transcripts where audio.input.transcription is set.',
      kept: 'yes',
      proof: [
        transcription('tells deltas and then exactly one end'),
        transcription('tells nothing where it is off, but the model has the words'),
      ],
    },
    {
      id: 'transcript-events',
      section: '§5.1',
      promise:
        'Deltas, then exactly one of completed and failed, for each committed item; together they are the transcript.',
      kept: 'yes',
      proof: [
        transcription('tells deltas and then exactly one end'),
        laws('keeps law $number: $says', 'a committed item gets one transcript where transcription is on'),
      ],
    },
    {
      id: 'transcript-models',
      section: '§5.1',
      promise: 'Deltas come as the transcription model gives them: whisper-1 one, others many.',
      kept: 'yes',
      proof: [
        transcription('comes in one delta from whisper-1, equal to the transcript'),
        scenario('says the next entry at each commit: words, a failure, segments, and then nothing'),
      ],
    },
    {
      id: 'transcript-early',
      section: '§5.1',
      promise: 'A realtime transcription model streams before the commit, while audio arrives.',
      kept: 'yes',
      proof: [
        streamingSpeech('is told of before the commit by a transcription model that streams, and completed after it'),
        streaming('streams words before the commit where the transcription model does'),
      ],
    },
    {
      id: 'transcript-usage',
      section: '§5.1',
      promise: 'completed has a usage: the seconds of audio, or the tokens that the transcriber counted.',
      kept: 'yes',
      proof: [
        transcription('tells deltas and then exactly one end', 'usage: { type: '),
        heard('is billed apart from the response'),
      ],
    },
    {
      id: 'transcript-failed',
      section: '§5.1',
      promise: 'failed has four strings, and stops neither the session nor the response.',
      kept: 'yes',
      proof: [
        transcription('fails with four strings, and neither with an error event nor with the response'),
        heard('that fails stops no response'),
        streaming('reaches the client as the error of the transcript, where the engine chose its words'),
      ],
    },
    {
      id: 'transcript-empty',
      section: '§5.1',
      promise: 'Where nothing was recognised the transcript is "".',
      kept: 'yes',
      proof: [session('leave an empty transcript when they run dry, and a failure when they throw')],
    },
    {
      id: 'transcript-logprobs',
      section: '§5.1',
      promise: 'Log probabilities come only where include asks for them.',
      kept: 'yes',
      proof: [transcription('gives log probabilities only where they were asked for')],
    },
    {
      id: 'transcript-segments',
      section: '§5.1',
      promise: 'Segments with their speakers come between the deltas and the end.',
      kept: 'yes',
      proof: [transcription('tells of segments between the deltas and the end')],
    },
    {
      id: 'transcript-settings',
      section: '§5.1',
      promise: 'The transcriber is told the model, language and prompt, and delay, keywords and languages.',
      kept: 'yes',
      proof: [
        transcription('asks the transcriber with all that the session says of it'),
        config('replaces turn detection, transcription and format whole, with the defaults filled in again'),
        heard('gives the transcriber the model, the language and the prompt'),
      ],
    },
  ],
};

const transcriptionSessions: Area = {
  name: 'Transcription sessions',
  statements: [
    {
      id: 'transcription-turn',
      section: '§5.2',
      promise: 'The events of a turn are those of a realtime session, without responses and rate limits.',
      kept: 'yes',
      proof: [heard('sends of a turn what a realtime session sends, and no response')],
    },
    {
      id: 'transcription-no-response',
      section: '§5.2',
      promise: 'response.create is refused.',
      kept: 'yes',
      proof: [responses('a transcription session > makes no responses')],
    },
    {
      id: 'transcription-by-secret',
      section: '§5.2',
      promise: 'A client secret of type transcription opens one.',
      kept: 'yes',
      proof: [testsIn('test/e2e/secrets.test.ts')('opens a transcription session where it is bound to one')],
    },
  ],
};

const translationSessions: Area = {
  name: 'Translation sessions',
  statements: [
    {
      id: 'translation-vocabulary',
      section: '§5.3',
      promise:
        'It takes session.update, session.input_audio_buffer.append and session.close; others are refused with those names.',
      kept: 'yes',
      proof: [
        translationMistakes('such as %s is told, and the session goes on'),
        testsIn('src/protocol/parse.test.ts')('of a translation client is refused with the three types that there are'),
      ],
    },
    {
      id: 'translation-events',
      section: '§5.3',
      promise:
        'It tells the transcript of the output, its sound, and the transcript of the input where that is asked for.',
      kept: 'yes',
      proof: [
        translationWire('hears an utterance, says what was said and what it means, aloud too'),
        translation('leaves out the input transcript where nobody asked for it'),
        translation('is told with the place in the input it belongs to, in steps of 200 ms'),
      ],
    },
    {
      id: 'translation-sound',
      section: '§5.3',
      promise: 'Sound is 24 kHz PCM, in deltas of at most 400 ms.',
      kept: 'yes',
      proof: [
        translationWire('sends sound as 24 kHz PCM in deltas of at most 400 ms'),
        translation('is cut into sounds of at most 400 ms'),
      ],
    },
    {
      id: 'translation-update',
      section: '§5.3',
      promise: 'Language, transcription and noise reduction can be changed; model and type cannot.',
      kept: 'yes',
      proof: [
        translationSession('changes what it names, keeps the rest, and is answered with all of it'),
        translationMistakes('such as an update that is half wrong changes nothing'),
      ],
    },
    {
      id: 'translation-close',
      section: '§5.3',
      promise: 'session.close has everything translated, then session.closed, then the socket closes.',
      kept: 'yes',
      proof: [
        translationClosing('translates what is open, to its last millisecond, before it ends'),
        translationServer('plays speech back with the echo model and closes when asked'),
      ],
    },
    {
      id: 'translation-client',
      section: '§5.3',
      promise: 'The translation client of the openai package works with it.',
      kept: 'yes',
      proof: [testsIn('test/translation/openai.test.ts')('is heard, translated aloud, and finishes')],
    },
    {
      id: 'translation-in-realtime',
      section: '§5.3',
      promise:
        'A realtime session lists session.close and session.input_audio_buffer.append, and says where they belong.',
      kept: 'yes',
      proof: [
        testsIn('src/protocol/parse.test.ts')(
          'includes, for a client, the two that are for translation only, but not the one for WebRTC',
        ),
      ],
    },
  ],
};

export const hearing: readonly Area[] = [inputTranscription, transcriptionSessions, translationSessions];
