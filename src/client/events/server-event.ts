import type { ServerEventMap } from '../../protocol/events/index.ts';

/**
 * An event whose type this version does not know, exactly as it came. At run time `type` is any string; the type here
 * is written so that comparing it with a known one tells the two apart: `if (event.type === 'response.done')`.
 */
export interface UnknownServerEvent {
  readonly type: `${string} (unknown)`;
  readonly [field: string]: unknown;
}

/** Any event of a server: the known ones by their types, and whatever else it may send. */
export type AnyServerEvent = ServerEventMap[keyof ServerEventMap] | UnknownServerEvent;

/** The event of this type: typed if the protocol knows it, else its fields are `unknown`. `*` is any event. */
export type ServerEventOf<Type extends string> = Type extends '*'
  ? AnyServerEvent
  : Type extends keyof ServerEventMap
    ? ServerEventMap[Type]
    : UnknownServerEvent;

/** A name that a handler can be given for: every type of the protocol is suggested, any other string is allowed. */
export type ServerEventName = keyof ServerEventMap | '*' | (string & {});
