import { sameJson } from '../core/same-json.ts';
import { resumptionEventTypes, serverEventTypes } from '../protocol/event-types.ts';
import type { AudioFormat, Session, SessionPayload } from '../protocol/types.ts';
import { audioLaws } from './audio-laws.ts';
import { acknowledges, conversationLaws } from './conversation-laws.ts';
import { breach, type Law } from './law.ts';
import { mcpLaws } from './mcp-laws.ts';
import { playbackLaws } from './playback-laws.ts';
import { responseLaws } from './response-laws.ts';
import {
  type Cause,
  closingCodes,
  eventIdOf,
  type Moment,
  refusalIn,
  type ServerEvent,
  soleEvent,
  type Trace,
} from './trace.ts';
import { transcriptionLaws } from './transcription-laws.ts';

function greetsOnce(trace: Trace): string | null {
  const [first] = trace.events;
  if (first?.event.type !== 'session.created') return 'session.created is not the first event';
  const again = trace.events.find(({ event, at }) => at > 0 && event.type === 'session.created' && !isTakenUp(event));
  return again === undefined ? null : breach(again, 'the session was created before');
}

/** Greets another connection, which has taken the session up. */
function isTakenUp({ session }: Extract<ServerEvent, { type: 'session.created' }>): boolean {
  return session.type === 'realtime' && session.resumption?.resumed !== undefined;
}

function foldsUpdates(trace: Trace): string | null {
  let config: SessionPayload | null = null;
  for (const [index, moment] of trace.moments.entries()) {
    const asked = soleEvent(moment);
    if (asked?.type === 'session.update' && config !== null && refusalIn(moment) === null) {
      config = folded(config, asked.session);
    }
    for (const event of moment.sent) {
      if (event.type !== 'session.created' && event.type !== 'session.updated') continue;
      if (config === null || moment.causes.length > 1) config = event.session;
      if (!sameJson(event.session, config)) {
        return `moment ${index}: the session shows ${JSON.stringify(event.session)}, not ${JSON.stringify(config)}`;
      }
    }
  }
  return null;
}

type Settings = Record<string, unknown>;

/** The rules of behaviour §1.3, written a second time. */
function folded(config: SessionPayload, { audio, ...top }: Session): SessionPayload {
  const { model: _model, id: _id, object: _object, expires_at: _end, resumption: _back, ...rest } = top as Settings;
  const next: Settings = { ...config, ...rest, ...(rest['truncation'] === null && { truncation: 'disabled' }) };
  const input: Settings = { ...config.audio?.input };
  const update = audio?.input ?? {};
  if (update.format !== undefined) input['format'] = wholeFormat(update.format);
  if (update.transcription !== undefined) {
    input['transcription'] = update.transcription && { language: null, prompt: null, ...update.transcription };
  }
  if (update.noise_reduction !== undefined) {
    const held = config.audio?.input?.noise_reduction;
    input['noise_reduction'] = update.noise_reduction && { type: 'near_field', ...held, ...update.noise_reduction };
  }
  if (update.turn_detection !== undefined) {
    input['turn_detection'] = update.turn_detection && {
      ...vadDefaults(config.type, update.turn_detection.type),
      ...update.turn_detection,
    };
  }
  // Beside a model that has none, the default gives way; anything else would have been refused.
  const isWithout = Object(input['transcription']).model === 'gpt-realtime-whisper';
  if (update.turn_detection === undefined && isWithout) input['turn_detection'] = null;
  next['audio'] = config.type === 'realtime' ? { input, output: foldedOutput(config, audio) } : { input };
  return next as SessionPayload;
}

function foldedOutput(config: Extract<SessionPayload, { type: 'realtime' }>, audio: Session['audio']): Settings {
  const update: { format?: AudioFormat } = audio !== undefined && 'output' in audio ? (audio.output ?? {}) : {};
  const { format } = update;
  return { ...config.audio?.output, ...update, ...(format === undefined ? {} : { format: wholeFormat(format) }) };
}

function wholeFormat(format: AudioFormat): AudioFormat {
  return (format.type ?? 'audio/pcm') === 'audio/pcm' ? { type: 'audio/pcm', rate: 24000 } : format;
}

function vadDefaults(session: string | undefined, type: string): Settings {
  const responding = session === 'transcription' ? {} : { create_response: true, interrupt_response: true };
  if (type === 'semantic_vad') return { eagerness: 'auto', ...responding };
  const idle = session === 'transcription' ? {} : { idle_timeout_ms: null };
  return { threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200, ...idle, ...responding };
}

function survivesMistakes(trace: Trace): string | null {
  if (trace.closedIn === null) return null;
  const closing = trace.moments[trace.closedIn];
  const error = closing?.sent.findLast((event) => event.type === 'error');
  const named = error?.type === 'error' && closingCodes.has(error.error.code ?? '');
  const byClient = closing?.causes.some((cause) => cause.by !== 'server') === true;
  if (byClient && !named) return `a client's frame closed the session without a named reason`;
  const late = trace.events.find(({ moment }) => moment > (trace.closedIn ?? 0));
  return late === undefined ? null : breach(late, 'the session was closed');
}

function echoesIds(trace: Trace): string | null {
  for (const [index, moment] of trace.moments.entries()) {
    const ids = moment.causes.map(eventIdOf);
    const announcement = announcementIn(moment);
    for (const event of moment.sent) {
      if (event.type !== 'error') continue;
      const echoed = event.error.event_id ?? null;
      const right = event === announcement ? echoed === null : ids.includes(echoed);
      if (!right) return `moment ${index}: error ${event.error.code} echoes ${echoed}, the frame had ${ids.join(', ')}`;
    }
  }
  return null;
}

/** The error that says why the session ends, which answers nobody. */
function announcementIn({ sent, closes }: Moment): ServerEvent | null {
  const last = sent.findLast((event) => event.type === 'error');
  return closes && last?.type === 'error' && closingCodes.has(last.error.code ?? '') ? last : null;
}

/** A client that says "stop" is heard at once, whatever sound waits before and after it. */
function hearsControls(trace: Trace): string | null {
  for (const [index, moment] of trace.moments.entries()) {
    const asked = soleEvent(moment);
    if (asked === null || !controls.has(asked.type) || index === trace.closedIn || refusalIn(moment) !== null) continue;
    const at = moment.sent.findIndex((event) => acknowledges(asked, event));
    if (at < 0) return `moment ${index}: ${asked.type} was not answered at once`;
    const before = moment.sent.slice(0, at).find(({ type }) => type.endsWith('.delta'));
    if (before !== undefined) return `moment ${index}: ${before.type} came before the answer to ${asked.type}`;
  }
  return null;
}

const controls: ReadonlySet<string> = new Set([
  'response.cancel',
  'input_audio_buffer.clear',
  'input_audio_buffer.commit',
]);

const vocabulary: ReadonlySet<string> = new Set([...serverEventTypes, ...resumptionEventTypes]);
/** What only servers of the beta send. */
const never = /^conversation\.item\.created$/;
/** What a session sends only where the server plays the sound. */
const ofMedia = /^(?:output_audio_buffer\.|input_audio_buffer\.dtmf)/;
/** What it sends only to a client that has named an MCP server. */
const ofMcp = /^(?:mcp_|response\.mcp_)/;

function keepsToTheVocabulary(trace: Trace): string | null {
  let idleAllowed = false;
  const mcpFrom = trace.moments.findIndex(({ causes }) => causes.some(namesMcp));
  for (const sent of trace.events) {
    const { event } = sent;
    if (!vocabulary.has(event.type)) return breach(sent, 'the API knows no such event');
    if (never.test(event.type) || (!trace.hasMedia && ofMedia.test(event.type)))
      return breach(sent, 'it is for other sessions');
    const isEarly = mcpFrom < 0 || sent.moment < mcpFrom;
    if (isEarly && (ofMcp.test(event.type) || ('item' in event && event.item.type.startsWith('mcp_list')))) {
      return breach(sent, 'nobody named an MCP server');
    }
    if (event.type === 'conversation.created' && sent.at !== 1) return breach(sent, 'it comes second or not at all');
    if (event.type === 'input_audio_buffer.timeout_triggered' && !idleAllowed)
      return breach(sent, 'nobody asked for it');
    idleAllowed ||= setsIdleTimeout(event);
  }
  return null;
}

function namesMcp(cause: Cause): boolean {
  if (cause.by !== 'client') return false;
  const { event } = cause;
  const asked =
    event.type === 'session.update' ? event.session : event.type === 'response.create' ? event.response : null;
  return (
    asked !== null && asked !== undefined && 'tools' in asked && (asked.tools ?? []).some(({ type }) => type === 'mcp')
  );
}

function setsIdleTimeout(event: ServerEvent): boolean {
  if (event.type !== 'session.created' && event.type !== 'session.updated') return false;
  const detection = event.session.audio?.input?.turn_detection ?? null;
  return detection !== null && 'idle_timeout_ms' in detection && typeof detection.idle_timeout_ms === 'number';
}

/** Laws 24 to 30 of behaviour §9, but for 29. */
export const sessionLaws: readonly Law[] = [
  { number: '24', says: 'session.created comes first, once', broken: greetsOnce },
  { number: '25', says: 'the session shown is the fold of the accepted updates', broken: foldsUpdates },
  { number: '26', says: 'no mistake closes a session, and a closed one is silent', broken: survivesMistakes },
  { number: '27', says: "an error echoes the client's event_id", broken: echoesIds },
  { number: '28', says: 'cancel, clear and commit are answered at once', broken: hearsControls },
  {
    number: '30',
    says: 'only events of the API are sent, and only those of features in use',
    broken: keepsToTheVocabulary,
  },
];

/** Every law of behaviour §9 that the events of a session show. */
export const laws: readonly Law[] = [
  ...responseLaws,
  ...mcpLaws,
  ...conversationLaws,
  ...audioLaws,
  ...transcriptionLaws,
  ...playbackLaws,
  ...sessionLaws,
];

/** Laws that a trace breaks, each with the first breach. */
export function brokenLaws(trace: Trace): { readonly law: Law; readonly breach: string }[] {
  return laws.flatMap((law) => {
    const found = law.broken(trace);
    return found === null ? [] : [{ law, breach: found }];
  });
}
