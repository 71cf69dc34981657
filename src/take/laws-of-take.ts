import type { Law } from '../laws/law.ts';
import { brokenLaws, laws } from '../laws/session-laws.ts';
import { type Cause, type Moment, type ServerEvent, type Trace, traceOf } from '../laws/trace.ts';
import { parseClientEvent, parseServerEvent, parseTranslationServerEvent } from '../protocol/parse.ts';
import type { Take, TakeFrame } from './reader.ts';
import { isAppend } from './replay/script.ts';

/** What is wrong with a recorded session. */
export interface Breach {
  /** The law's number, or `schema` for a frame that is not what the API says. */
  readonly law: string;
  readonly says: string;
  /** What breaks it first, and where. */
  readonly breach: string;
}

/**
 * Laws that say what follows at once from a frame. On a wire an answer may come after frames that were sent later, so that no
 * recording shows what it answers.
 */
const ofTheInstant: ReadonlySet<string> = new Set(['13', '27', '28', '29']);

/** Laws that read words, which can't be told where addresses were taken out of them. */
const ofWords: ReadonlySet<string> = new Set(['4']);

/** The laws that a recording can be held to. */
export function lawsOfTakes({ redacted }: Take['header']): readonly Law[] {
  return laws.filter(({ number }) => !ofTheInstant.has(number) && !(redacted.includes('email') && ofWords.has(number)));
}

/** Everything that a recorded session breaks: schemas first, a line of the file for each, then laws. */
export function breachesOf(take: Take): readonly Breach[] {
  const frames = take.entries.filter((entry): entry is TakeFrame => entry.is === 'frame');
  const isTranslation = take.header.url.includes('/translations');
  const schemas = frames.flatMap((frame) => (frame.by === '<' ? schemaBreach(frame, isTranslation) : []));
  if (isTranslation || schemas.length > 0) return schemas;
  const kept = new Set(lawsOfTakes(take.header));
  return brokenLaws(traceOfTake(take))
    .filter(({ law }) => kept.has(law))
    .map(({ law, breach }) => ({ law: law.number, says: law.says, breach }));
}

function schemaBreach(frame: TakeFrame, isTranslation: boolean): Breach[] {
  const parsed = isTranslation ? parseTranslationServerEvent(frame.text()) : parseServerEvent(frame.text());
  if (parsed.ok) return [];
  const { message, param } = parsed.error;
  const says = 'every frame is an event as the API has it';
  return [{ law: 'schema', says, breach: `line ${frame.line}: ${param === null ? '' : `${param}: `}${message}` }];
}

/**
 * A take as a trace: a moment for each frame of the client's, with all that came until the next. What in it answers that frame
 * and what would have come anyway is not known, so that each moment has a second cause.
 */
export function traceOfTake(take: Take): Trace {
  const moments: { causes: Cause[]; sent: ServerEvent[]; closes: boolean }[] = [
    { causes: [anything], sent: [], closes: false },
  ];
  for (const entry of take.entries) {
    const last = moments.at(-1);
    if (entry.is === 'closed') moments.push({ causes: [anything], sent: [], closes: true });
    if (entry.is !== 'frame') continue;
    if (entry.by === '>') moments.push({ causes: [causeOf(entry), anything], sent: [], closes: false });
    else last?.sent.push(...serverEvent(entry));
  }
  return traceOf(moments satisfies Moment[], take.header.transport !== 'websocket');
}

const anything: Cause = { by: 'server', what: 'whatever else went on' };

function causeOf(frame: TakeFrame): Cause {
  const text = frame.text();
  const event = frame.event();
  const eventId = typeof event?.['event_id'] === 'string' ? event['event_id'] : null;
  const audio = isAppend(event?.['type']) ? /"audio"[ \t]*:[ \t]*"([^"]*)"/.exec(text)?.[1] : undefined;
  if (audio !== undefined) return { by: 'microphone', bytes: bytesOf(audio), eventId };
  const parsed = parseClientEvent(text);
  return parsed.ok ? { by: 'client', event: parsed.event } : { by: 'mistake', text, eventId };
}

function bytesOf(base64: string): number {
  return Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
}

/** Events that the API knows; of others no law speaks. */
function serverEvent(frame: TakeFrame): ServerEvent[] {
  const parsed = parseServerEvent(frame.text());
  return parsed.ok && parsed.known ? [parsed.event] : [];
}
