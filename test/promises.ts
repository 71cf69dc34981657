import { check } from './promises/list/check.ts';
import { connecting } from './promises/list/connecting.ts';
import { consoleArea } from './promises/list/console.ts';
import { conversation } from './promises/list/conversation.ts';
import { errors } from './promises/list/errors.ts';
import { hearing } from './promises/list/hearing.ts';
import { input } from './promises/list/input.ts';
import { later } from './promises/list/later.ts';
import { laws } from './promises/list/laws.ts';
import { load } from './promises/list/load.ts';
import { mcp } from './promises/list/mcp.ts';
import { relay } from './promises/list/relay.ts';
import { responses } from './promises/list/responses.ts';
import { resuming } from './promises/list/resuming.ts';
import { settings } from './promises/list/settings.ts';
import { takes } from './promises/list/takes.ts';
import type { Area, Statement } from './promises/promise.ts';

/** Everything that the behaviour reference says of a Realtime server, in its order. */
export const areas: readonly Area[] = [
  ...connecting,
  resuming,
  ...settings,
  ...input,
  ...conversation,
  ...responses,
  ...hearing,
  ...mcp,
  ...errors,
  ...laws,
  ...relay,
  ...takes,
  check,
  load,
  consoleArea,
  ...later,
];

/** A statement with the area that it belongs to. */
export type ServerPromise = Statement & { readonly area: string };

/** The same as one list: what is kept, where that is proven, and what is missing. */
export const promises: readonly ServerPromise[] = areas.flatMap(({ name, statements }) =>
  statements.map((statement) => ({ ...statement, area: name })),
);
