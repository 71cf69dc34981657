import { systemClock } from '../../server/clock.ts';
import { SetupError } from '../../server/setup-error.ts';
import { differencesOf } from '../../take/compare.ts';
import type { Take } from '../../take/reader.ts';
import { type Played, playClient } from '../../take/replay/play-client.ts';
import { dialEndpoint } from '../endpoint.ts';
import { printable } from '../printable.ts';
import { speedOf } from '../serve/settings.ts';
import type { ReplayFlags } from './flags.ts';
import { namedTake } from './named-take.ts';

/** `antiphon replay`: exit code 0 where the session came to the same, 1 where it did not. */
export async function replay(path: string, url: string, flags: ReplayFlags): Promise<void> {
  const take = namedTake(path);
  const speed = speedOf(flags.speed);
  const timeoutMs = timeoutOf(flags.timeout);
  const wire = await dialEndpoint(url, flags, modelOf(take));
  const played = await playClient({ take, wire, clock: systemClock(), speed, timeoutMs });
  const lines = [
    ...(played.missing === null
      ? []
      : [`the server did not come up with ${played.missing} within ${timeoutMs / 1000} s`]),
    ...(flags.compare === true ? differencesOf(played.recorded, played.actual) : []),
    ...closedEarly(take, played),
  ];
  for (const line of lines) process.stdout.write(`${printable(line)}\n`);
  if (lines.length > 0) process.exitCode = 1;
  else process.stdout.write(`${printable(take.name)}: ${flags.compare === true ? 'the same' : 'played to its end'}\n`);
}

function closedEarly(take: Take, { closed }: Played): string[] {
  const last = take.entries.at(-1);
  const wanted = last?.is === 'closed' && last.closed.by === 'server' ? last.closed.code : null;
  if (closed === null || closed.code === wanted) return [];
  return [
    `the server closed with ${closed.code}${closed.reason === '' ? '' : ` (${closed.reason})`}, recorded ${wanted ?? 'no close of its own'}`,
  ];
}

/** What was asked for when it was recorded. */
function modelOf({ header }: Take): string | null {
  return URL.parse(header.url)?.searchParams.get('model') ?? null;
}

function timeoutOf(text = '20'): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds * 1000;
  throw new SetupError('invalid_configuration', `--timeout must be a number of seconds above 0, not "${text}".`);
}
