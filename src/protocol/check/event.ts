import type * as z from 'zod';
import { isJsonObject } from '../json.ts';
import { isDeeperThan, type ParseLimits } from '../limits.ts';
import type { ApiError, UnknownEvent } from '../types.ts';
import type { Check, Sender } from './check.ts';
import { compile } from './compile.ts';
import { type NullFields, withoutFields } from './nulls.ts';
import {
  invalidRequest,
  listed,
  type ShapeCode,
  toApiError,
  typeName,
  unsupported,
  within,
  wrongType,
} from './problem.ts';

/** What is wrong, ready to be sent: all five keys are there, null where not applicable. */
export interface Refused {
  readonly ok: false;
  readonly error: ApiError;
}

/**
 * An event whose type is known and which is as its schema says. `event` is the object that was checked, untouched; where
 * a client sent null for absent, a copy without those fields.
 */
export interface Known<Event> {
  readonly ok: true;
  readonly known: true;
  readonly event: Event;
}

/** An event of a type that this version does not know, untouched. */
export interface Unknown {
  readonly ok: true;
  readonly known: false;
  readonly event: UnknownEvent;
}

type Table = Record<string, z.ZodType>;
type EventOf<Events extends Table> = z.infer<Events[keyof Events]>;

/** The longest `event_id` of a client, in characters. Longer ones are refused, and not repeated. */
const maxEventIdLength = 512;

/** Checks events of the table and lets all others through. */
export function openFamily<Events extends Table>(events: Events, sender: Sender = 'server') {
  const checkOf = lazily(events, sender);
  return (value: unknown, limits: ParseLimits): Known<EventOf<Events>> | Unknown | Refused => {
    if (!isJsonObject(value)) {
      return refused('invalid_event', `Invalid event: expected an object, but got ${typeName(value)} instead.`, value);
    }
    const { type } = value;
    if (type === undefined) return refused('invalid_event', "Invalid event: the 'type' field is missing.", value);
    if (typeof type !== 'string') return refusedFor(within('type', wrongType(['a string'], type)), value);
    if (isDeeperThan(value, limits.maxDepth)) {
      return refused('invalid_event', `Invalid event: nested deeper than ${limits.maxDepth} levels.`, value);
    }
    const check = checkOf(type);
    if (check === undefined) return { ok: true, known: false, event: value as unknown as UnknownEvent };
    const nulls: NullFields = [];
    const problem = check(value, nulls);
    if (problem !== null) return refusedFor(problem, value);
    return { ok: true, known: true, event: withoutFields(value, nulls) as EventOf<Events> };
  };
}

/** Events that are named, but taken in other sessions only. */
export interface Elsewhere {
  readonly types: readonly string[];
  /** The sessions that take them: completes the sentence "It is for …". */
  readonly sessions: string;
}

/**
 * Checks events of the table and refuses all others, and all fields that it does not name. `named`: what to offer instead;
 * a type that is named and all the same not taken here is told where it belongs.
 */
export function closedFamily<Events extends Table>(events: Events, named: readonly string[], elsewhere?: Elsewhere) {
  const check = openFamily(events, 'client');
  const supported = listed(named);
  const taken = listed(named.filter((type) => Object.hasOwn(events, type)));
  return (value: unknown, limits: ParseLimits): Known<EventOf<Events>> | Refused => {
    const result = check(value, limits);
    if (!result.ok || result.known) return result;
    const { type } = result.event;
    if (elsewhere?.types.includes(type) === true) {
      const message = `Invalid value: '${type}'. It is for ${elsewhere.sessions}. Supported values here are: ${taken}.`;
      return { ok: false, error: invalidRequest('invalid_value', message, 'type', eventIdOf(value)) };
    }
    return refusedFor(within('type', unsupported(type, supported)), value);
  };
}

/** The check of each type, made when the type is first seen. */
function lazily(events: Table, sender: Sender): (type: string) => Check | undefined {
  const checks = new Map<string, Check>();
  return (type) => {
    const made = checks.get(type);
    if (made !== undefined) return made;
    const schema = Object.hasOwn(events, type) ? events[type] : undefined;
    if (schema === undefined) return undefined;
    const check = compile(schema, sender);
    checks.set(type, check);
    return check;
  };
}

function refusedFor(problem: Parameters<typeof toApiError>[0], event: unknown): Refused {
  return { ok: false, error: toApiError(problem, eventIdOf(event)) };
}

function refused(code: ShapeCode, message: string, event: unknown): Refused {
  return { ok: false, error: invalidRequest(code, message, null, eventIdOf(event)) };
}

/** The id that tells the client which of its events is meant. */
function eventIdOf(event: unknown): string | null {
  const id = isJsonObject(event) ? event['event_id'] : null;
  return typeof id === 'string' && id.length <= maxEventIdLength ? id : null;
}
