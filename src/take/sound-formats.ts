import { type AudioFormatName, audioFormats } from '../audio/format.ts';
import { isJsonObject, type JsonObject } from '../protocol/json.ts';
import type { SoundFormat, Track } from './format.ts';

/** A format with its rate. */
export function soundFormat(format: AudioFormatName): SoundFormat {
  return { format, rate: audioFormats[format].sampleRate };
}

/** Names of formats, those of the beta among them. */
const names: ReadonlyMap<unknown, AudioFormatName> = new Map([
  ['audio/pcm', 'audio/pcm'],
  ['audio/pcmu', 'audio/pcmu'],
  ['audio/pcma', 'audio/pcma'],
  ['pcm16', 'audio/pcm'],
  ['g711_ulaw', 'audio/pcmu'],
  ['g711_alaw', 'audio/pcma'],
]);

/** The format that a name stands for; null if none has it. */
export function formatNamed(name: unknown): AudioFormatName | null {
  return names.get(name) ?? null;
}

/** The formats of a session's sound, as its server tells of them. */
export class SoundFormats {
  #session: Record<Track, AudioFormatName> = { in: 'audio/pcm', out: 'audio/pcm' };
  /** Responses that speak in another. */
  readonly #responses = new Map<string, AudioFormatName>();

  of(track: Track, responseId: string | null = null): AudioFormatName {
    const own = track === 'out' && responseId !== null ? this.#responses.get(responseId) : undefined;
    return own ?? this.#session[track];
  }

  /** Reads an event of the server's. */
  read(event: JsonObject): void {
    switch (event['type']) {
      case 'session.created':
      case 'session.updated':
        if (isJsonObject(event['session'])) this.#readSession(event['session']);
        return;
      case 'response.created':
        return this.#created(event['response']);
      case 'response.done':
        if (isJsonObject(event['response'])) this.#responses.delete(String(event['response']['id']));
        return;
      default:
        return;
    }
  }

  #readSession(session: JsonObject): void {
    const given: [Track, unknown, unknown][] = [
      ['in', at(session, 'audio', 'input', 'format'), session['input_audio_format']],
      ['out', at(session, 'audio', 'output', 'format'), session['output_audio_format']],
    ];
    for (const [track, format, betaName] of given) {
      const named = formatNamed(at(format, 'type')) ?? formatNamed(betaName);
      if (named !== null) this.#session[track] = named;
    }
  }

  #created(response: unknown): void {
    const named =
      formatNamed(at(response, 'audio', 'output', 'format', 'type')) ??
      formatNamed(at(response, 'output_audio_format'));
    const id = at(response, 'id');
    if (named !== null && named !== this.#session.out && typeof id === 'string') this.#responses.set(id, named);
  }
}

/** What stands at a path; undefined if the path leads nowhere. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let found: unknown = value;
  for (const key of path) found = isJsonObject(found) ? found[key] : undefined;
  return found;
}
