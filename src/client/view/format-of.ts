import type { AudioFormatName } from '../../audio/format.ts';
import type { Response, SessionPayload } from '../../protocol/events/index.ts';
import { objectOf, type Told, textOf } from './told.ts';

const oldNames: ReadonlyMap<string, AudioFormatName> = new Map([
  ['g711_ulaw', 'audio/pcmu'],
  ['g711_alaw', 'audio/pcma'],
]);

/** The format of a response's sound: its own, else the session's, else PCM. Also in the words of the beta. */
export function formatOf(session: SessionPayload | null, response: Told<Response> | null): AudioFormatName {
  const own: unknown = objectOf(objectOf(response?.audio)?.output)?.format;
  const general: unknown = session !== null && 'audio' in session ? objectOf(session.audio) : null;
  return (
    readFormat(own) ?? readFormat(outputFormat(general)) ?? betaFormat(response) ?? betaFormat(session) ?? 'audio/pcm'
  );
}

function outputFormat(audio: unknown): unknown {
  if (typeof audio !== 'object' || audio === null || !('output' in audio)) return null;
  const { output } = audio;
  return typeof output === 'object' && output !== null && 'format' in output ? output.format : null;
}

function betaFormat(told: object | null): AudioFormatName | null {
  return told !== null && 'output_audio_format' in told
    ? (oldNames.get(textOf(told.output_audio_format)) ?? null)
    : null;
}

function readFormat(format: unknown): AudioFormatName | null {
  const type = typeof format === 'object' && format !== null && 'type' in format ? format.type : null;
  return type === 'audio/pcm' || type === 'audio/pcmu' || type === 'audio/pcma' ? type : null;
}
