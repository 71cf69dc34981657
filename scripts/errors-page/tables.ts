import { AudioDeviceError } from '../../src/client/browser/device-error.ts';
import { ClientError } from '../../src/client/errors.ts';
import { drainCloseCode, expiryCloseCode, slowReaderCloseCode } from '../../src/core/defaults.ts';
import { mcpMistakes } from '../../src/core/mcp/mistakes.ts';
import { mistakes } from '../../src/core/mistakes.ts';
import { translationMistakes } from '../../src/core/translation/mistakes.ts';
import type { ApiError } from '../../src/protocol/types.ts';
import { httpErrors, httpStatuses } from '../../src/server/admission/http-errors.ts';
import { refusals } from '../../src/server/admission/refusal.ts';
import { relayMistakes } from '../../src/server/relay/mistakes.ts';
import { replayMistakes } from '../../src/server/replay/mistakes.ts';
import { admit, refuseBinary } from '../../src/server/session/client-frame.ts';
import { brokenRules } from '../../src/wire/node/raw-socket.ts';
import { type Advised, advised, withNames } from './advice.ts';
import { httpAdvice, refusalAdvice } from './door-advice.ts';
import { failures } from './failure-advice.ts';
import { clientCases, deviceCases, setupCases } from './program-advice.ts';
import { mcpAdvice, relayAdvice, replayAdvice, sessionAdvice, translationAdvice } from './session-advice.ts';
import { shapeSamples } from './shape-samples.ts';

/** A table in Markdown. What stands first in a row is what its reader looks for, so rows are sorted by it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const sorted = rows.toSorted(([a = ''], [b = '']) => (a < b ? -1 : Number(a > b)));
  const lines = [head, head.map(() => '---'), ...sorted].map((cells) => `| ${cells.map(cell).join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(text: string | null): string {
  return text === null ? 'null' : `\`${text}\``;
}

/** Long lists of values, and long values, tell no more than their beginning. */
function message(text: string): string {
  return code(withNames(text).replace(/((?:'[^']+', ){4})(?:'[^']+', )+('[^']+')/, '$1… $2'));
}

/** The code, and the type where it is not the usual one. */
function nameOf({ code: name, type }: Pick<ApiError, 'code' | 'type'>): string {
  return `${code(name ?? null)}${type === 'invalid_request_error' ? '' : ` (${type})`}`;
}

function paramOf({ param }: Pick<ApiError, 'param'>): string {
  return code(typeof param === 'string' ? withNames(param) : null);
}

const endings = {
  expired: expiryCloseCode,
  draining: drainCloseCode,
  slowReader: slowReaderCloseCode,
} as const satisfies Partial<Record<keyof typeof mistakes, number>>;

function mistakeTable(entries: readonly Advised<ApiError>[]): string {
  const rows = entries.map(({ made, todo }) => [nameOf(made), paramOf(made), message(made.message), todo]);
  return table(['Code', '`param`', 'Message', 'What to do'], rows);
}

const ofSession = advised<ApiError, typeof mistakes>(mistakes, sessionAdvice);

interface ShapeError {
  readonly code: string;
  readonly todo: string;
  /** What the frame is answered with; null where it is taken, which would be a mistake of the sample. */
  readonly error: ApiError | null;
}

/** What frames are answered with that are wrong in themselves. */
export function shapeErrors(): readonly ShapeError[] {
  return Object.entries(shapeSamples).flatMap(([name, { frames, todo }]) =>
    frames.map((frame) => {
      const input = frame === 'binary' ? refuseBinary(0) : admit(frame, 0, 21_000_000);
      return { code: name, todo, error: input.from === 'refusal' ? input.error : null };
    }),
  );
}

export function shapeTable(): string {
  const rows = shapeErrors().flatMap(({ code: name, error, todo }) =>
    error === null ? [] : [[code(name), paramOf(error), message(error.message), todo]],
  );
  return table(['Code', '`param`, such as', 'Message, such as', 'What to do'], rows);
}

export function sessionTable(): string {
  return mistakeTable(ofSession.filter(({ name }) => name === 'draining' || !Object.hasOwn(endings, name)));
}

export function mcpTable(): string {
  return mistakeTable(advised<ApiError, typeof mcpMistakes>(mcpMistakes, mcpAdvice));
}

export function translationTable(): string {
  return mistakeTable(advised<ApiError, typeof translationMistakes>(translationMistakes, translationAdvice));
}

export function relayTable(): string {
  return mistakeTable(advised<ApiError, typeof relayMistakes>(relayMistakes, relayAdvice));
}

export function replayTable(): string {
  return mistakeTable(advised<ApiError, typeof replayMistakes>(replayMistakes, replayAdvice));
}

export function refusalTable(): string {
  const made = advised<ReturnType<(typeof refusals)[keyof typeof refusals]>, typeof refusals>(refusals, refusalAdvice);
  const rows = made.map(({ made: { error, closeCode }, todo }) => [
    nameOf(error),
    paramOf(error),
    String(closeCode),
    message(error.message),
    todo,
  ]);
  return table(['Code', '`param`', 'Close', 'Message', 'What to do'], rows);
}

export function endingTable(): string {
  const rows = Object.entries(endings).flatMap(([name, closeCode]) =>
    ofSession
      .filter((each) => each.name === name)
      .map(({ made, todo }) => [nameOf(made), String(closeCode), message(made.message), todo]),
  );
  return table(['Code', 'Close', 'Message', 'What to do'], rows);
}

/** Closes that no `error` event comes before. */
export function closeTable(): string {
  const rows = Object.values(brokenRules).map(({ code: closeCode, reason }) => [String(closeCode), reason]);
  return table(['Close', 'Reason'], [...rows, ['1002', 'protocol error']]);
}

export function httpTable(): string {
  const rows = advised<ReturnType<(typeof httpErrors)[keyof typeof httpErrors]>, typeof httpErrors>(
    httpErrors,
    httpAdvice,
  ).map(({ name, made, todo }) => [
    String(httpStatuses[name as keyof typeof httpStatuses]),
    nameOf(made),
    message(made.message),
    todo,
  ]);
  return table(['Status', 'Code', 'Message', 'What to do'], rows);
}

export function failureTable(): string {
  const rows = Object.entries(failures).map(([name, { when, todo }]) => [code(name), when, todo]);
  return table(['Code', 'When', 'What to do'], rows);
}

export function clientTable(): string {
  const rows = typedEntries(clientCases).map(([name, { when, todo }]) => [
    code(name),
    code(new ClientError(name).message),
    when,
    todo,
  ]);
  return table(['Code', 'Message begins', 'When', 'What to do'], rows);
}

export function deviceTable(): string {
  const rows = typedEntries(deviceCases).map(([name, todo]) => [code(name), new AudioDeviceError(name).message, todo]);
  return table(['Code', 'When', 'What to do'], rows);
}

export function setupTable(): string {
  const rows = typedEntries(setupCases).map(([name, { when, todo }]) => [code(name), when, todo]);
  return table(['Code', 'When', 'What to do'], rows);
}

/** The entries of a record whose keys are all known. */
function typedEntries<Key extends string, Value>(
  record: Readonly<Record<Key, Value>>,
): readonly (readonly [Key, Value])[] {
  return Object.keys(record).map((key) => [key as Key, record[key as Key]]);
}
