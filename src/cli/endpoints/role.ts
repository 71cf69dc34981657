/** What a model is good for in a pipeline. */
export type Role = 'transcriber' | 'language_model' | 'synthesizer';

/** What some servers say of a model themselves. */
const tasks: Readonly<Record<string, Role>> = {
  'automatic-speech-recognition': 'transcriber',
  'text-to-speech': 'synthesizer',
  'text-generation': 'language_model',
};

const transcribes = /whisper|transcribe|parakeet|canary|moonshine|\b(?:asr|stt)\b/i;
const speaks = /kokoro|piper|orpheus|chatterbox|xtts|\bspeech\b|\btts\b|-tts/i;
const doesNeither =
  /embed|rerank|\bbge\b|\bclip\b|moderation|\bvad\b|speaker|diari[sz]|dall-e|image|diffusion|flux|sora|realtime|davinci|babbage/i;

/** What a model is good for, by what its server says of it, else by its name; null where that is none of the three. */
export function roleOf(id: string, task?: string): Role | null {
  if (task !== undefined && task !== '') return tasks[task] ?? null;
  if (doesNeither.test(id)) return null;
  if (transcribes.test(id)) return 'transcriber';
  return speaks.test(id) ? 'synthesizer' : 'language_model';
}
