import { ClientError } from '../errors.ts';
import { isObject, isText, type Shape, shapes } from './event-shapes.ts';
import type { AnyServerEvent } from './server-event.ts';

/** Told of what a server sends that is not as the protocol says, with the type of an event that is kept out for it. */
export type OnMalformed = (error: ClientError, keptOut?: string) => void;

interface Fields {
  [name: string]: unknown;
}

/**
 * The one door for what a server sends: behind it, every field that the client reads is what its type says. Gives null for
 * what is no event, or can't be understood for what is wrong with it; what an event can be understood without is taken out.
 */
export function admit(frame: string, onMalformed: OnMalformed): AnyServerEvent | null {
  const event = parsed(frame);
  const tell = (fault: string, keptOut?: string) => {
    onMalformed(new ClientError('malformed_event', { message: `Malformed event: ${fault}`, cause: event }), keptOut);
    return null;
  };
  if (!isEvent(event)) return tell('no type');
  const { type } = event;
  const fault = faultIn(event, shapes.get(type) ?? {}, `${type}: `, tell);
  return fault === '' ? event : tell(fault, type);
}

/** What the frame holds; the frame itself where it is no JSON. */
function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return frame;
  }
}

/** The path of what is wrong and can't be left out; empty if there is nothing. */
function faultIn(fields: Fields, shape: Shape, path: string, leftOut: (fault: string) => void): string {
  for (const [key, wanted] of Object.entries(shape)) {
    const name = key.replace('?', '');
    const value = fields[name];
    const mayMiss = key !== name;
    if (mayMiss && (value ?? null) === null) continue;
    let fault = path + name;
    if (typeof wanted === 'function') fault = wanted(value) ? '' : fault;
    else if (isObject(value)) fault = faultIn(value, wanted, `${fault}.`, leftOut);
    if (fault === '') continue;
    if (!mayMiss) return fault;
    delete fields[name];
    leftOut(fault);
  }
  return '';
}

function isEvent(value: unknown): value is AnyServerEvent & Fields {
  return isObject(value) && isText(value['type']);
}
