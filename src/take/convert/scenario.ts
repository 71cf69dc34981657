import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { Take } from '../reader.ts';
import { at } from '../sound-formats.ts';
import { type Happening, type Timeline, timelineOf } from '../timeline.ts';

/** A take as a scenario file, as data: what was heard, and for each answer when it is given and what is said and called. */
export function scenarioOf(take: Take): JsonObject {
  const timeline = timelineOf(take);
  const hear = heardIn(take, timeline);
  const replies = repliesOf(take, timeline);
  return {
    seed: 1,
    ...(hear.length === 0 ? {} : { hear }),
    replies: replies.length === 0 ? [{ steps: [{ say: '' }] }] : replies,
  };
}

/** What committed speech said, in the order of the commits. */
function heardIn(take: Take, { happenings }: Timeline): string[] {
  const ids = take.entries.flatMap((entry) => {
    const event = entry.is === 'frame' && entry.by === '<' ? entry.event() : null;
    return event?.['type'] === 'input_audio_buffer.committed' ? [String(event['item_id'])] : [];
  });
  return ids.map((id) => happenings.find(({ itemId }) => itemId === id)?.text ?? '');
}

function repliesOf(take: Take, { happenings, responses }: Timeline): JsonObject[] {
  const toolsByCall = toolNames(take);
  return responses.flatMap(({ id, createdT }) => {
    const steps = happenings.filter(({ responseId }) => responseId === id).flatMap(stepOf);
    if (steps.length === 0) return [];
    const when = whenOf(
      happenings.filter(({ t }) => t <= createdT),
      toolsByCall,
    );
    return [when === null ? { steps } : { when, steps }];
  });
}

/** What an answer answers: the newest of what the user said and what a tool gave. */
function whenOf(before: readonly Happening[], tools: ReadonlyMap<string, string>): JsonObject | null {
  const newest = before.findLast(({ is }) => is === 'user' || is === 'output');
  if (newest === undefined) return null;
  const tool = newest.is === 'output' ? tools.get(newest.itemId ?? '') : undefined;
  if (tool !== undefined) return { tool };
  return newest.is === 'user' && newest.text !== '' ? { contains: newest.text } : null;
}

function stepOf({ is, text, status }: Happening): JsonObject[] {
  if (is === 'assistant' && text !== '') return [{ say: text }, ...endOf(status)];
  const call = is === 'call' ? /^([^(]+)\((.*)\)$/s.exec(text) : null;
  return call === null ? [] : [{ call: { name: call[1] ?? '', arguments: argumentsIn(call[2] ?? '') } }];
}

function endOf(status: string | null): JsonObject[] {
  if (status?.startsWith('failed') === true) return [{ fail: { code: 'server_error', message: 'The model failed.' } }];
  if (status === 'incomplete, content_filter') return [{ incomplete: 'content_filter' }];
  return [];
}

function argumentsIn(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** The names of the tools whose outputs stand in items, by the id of the item. */
function toolNames(take: Take): ReadonlyMap<string, string> {
  const byCall = new Map<string, string>();
  const byItem = new Map<string, string>();
  for (const entry of take.entries) {
    const event = entry.is === 'frame' && entry.by === '<' ? entry.event() : null;
    const item = event?.['item'];
    const callId = at(item, 'call_id');
    if (typeof callId !== 'string') continue;
    const name = at(item, 'name');
    if (typeof name === 'string') byCall.set(callId, name);
    const tool = byCall.get(callId);
    if (at(item, 'type') === 'function_call_output' && tool !== undefined) byItem.set(String(at(item, 'id')), tool);
  }
  return byItem;
}
