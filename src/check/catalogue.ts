import type { Check, Profile } from './check.ts';
import { connectChecks } from './core/connect.ts';
import { errorChecks } from './core/errors.ts';
import { itemChecks } from './core/items.ts';
import { responseChecks } from './core/responses.ts';
import { sessionChecks } from './core/session.ts';
import { betaChecks } from './more/beta.ts';
import { controlChecks } from './more/control.ts';
import { limitChecks } from './more/limits.ts';
import { mediaChecks } from './more/media.ts';
import { programChecks } from './more/program.ts';
import { resumeChecks } from './more/resume.ts';
import { secretChecks } from './more/secrets.ts';
import { sidebandChecks } from './more/sideband.ts';
import { transcriptionChecks } from './more/transcription.ts';
import { translationChecks } from './more/translation.ts';
import { webrtcChecks } from './more/webrtc.ts';
import { toolChecks } from './tools.ts';
import { inputChecks, turnChecks } from './voice/input.ts';
import { outputChecks, truncateChecks } from './voice/output.ts';

/** Every check, in the order in which they run. */
export const checks: readonly Check[] = [
  ...connectChecks,
  ...sessionChecks,
  ...itemChecks,
  ...errorChecks,
  ...responseChecks,
  ...toolChecks,
  ...outputChecks,
  ...truncateChecks,
  ...inputChecks,
  ...turnChecks,
  ...limitChecks,
  ...transcriptionChecks,
  ...translationChecks,
  ...secretChecks,
  ...sidebandChecks,
  ...resumeChecks,
  ...betaChecks,
  ...webrtcChecks,
  ...controlChecks,
  // Last, since where no media flows each of them waits in vain.
  ...mediaChecks,
  ...programChecks,
];

/** The checks of some profiles whose ids match one of the patterns, in which `*` stands for anything. */
export function chosen(wanted: readonly Profile[], patterns: readonly string[]): readonly Check[] {
  const isWanted = matching(patterns);
  return checks.filter(({ id, profile }) => wanted.includes(profile) && isWanted(id));
}

/** Whether an id matches one of the patterns; with none, every id does. */
export function matching(patterns: readonly string[]): (id: string) => boolean {
  const tests = patterns.map((pattern) => new RegExp(`^${pattern.split('*').map(escaped).join('.*')}$`));
  return (id) => tests.length === 0 || tests.some((test) => test.test(id));
}

function escaped(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
}
