import { ClientError, RealtimeError } from '../../client/errors.ts';
import type { Approve } from '../../client/tools/approval.ts';
import { SetupError } from '../../server/setup-error.ts';
import { printable } from '../printable.ts';
import { onStopSignals } from '../serve/signals.ts';
import { chooseDevices } from './device-choice.ts';
import { type Display, linesDisplay, silentDisplay } from './display.ts';
import { runErrand } from './errand.ts';
import { failureLine, TalkError } from './failure.ts';
import type { TalkFlags } from './flags.ts';
import { Live } from './live.ts';
import type { LiveControls } from './live-controls.ts';
import { leave } from './patience.ts';
import { sayLines } from './piped.ts';
import { checkFormat, openSession, writeDown } from './session-opening.ts';
import { settingsOf, type TalkSettings } from './settings.ts';
import { checkWritable, readSound } from './sound-file.ts';
import { openTerminal } from './terminal.ts';

/** `antiphon talk`. Mistakes and failures end in one line on standard error and exit code 1. */
export async function talk(url: string | undefined, flags: TalkFlags): Promise<void> {
  // Whoever reads no further wants no more.
  process.stdout.on('error', () => process.exit(0));
  let address = '';
  try {
    const settings = settingsOf(url, flags, process.env);
    ({ address } = settings);
    await (settings.errand === null ? talkLive(settings, flags) : runOnce(settings, flags));
  } catch (error) {
    if (!isExpected(error)) throw error;
    process.stderr.write(`antiphon: ${printable(failureLine(error, address))}\n`);
    process.exitCode = 1;
  } finally {
    // An input that is still open would keep the program alive.
    process.stdin.destroy();
  }
}

function isExpected(error: unknown): boolean {
  return [TalkError, SetupError, ClientError, RealtimeError].some((kind) => error instanceof kind);
}

async function runOnce(settings: TalkSettings, flags: TalkFlags): Promise<void> {
  const { errand, out } = settings;
  if (errand === null) return;
  const said = errand.kind === 'text' ? errand : { wav: await readSound(errand.file), isPaced: errand.isPaced };
  if (out !== null) await checkWritable(out);
  const hearsTurns = errand.kind === 'wav' && errand.isPaced;
  const display = settings.isJson ? silentDisplay(process.stderr) : linesDisplay({ ...streams, wordsOnly: true });
  const needs = { hasSound: out !== null || hearsTurns, hearsTurns };
  const session = await openSession(settings, flags, needs, display.notice);
  try {
    const onReady = async (): Promise<void> => {
      checkFormat(session);
      if (errand.kind === 'wav') await writeDown(session, settings.transcriptionModel);
    };
    await runErrand({ ...settings, session, display, said, onReady, approve: decider(settings.approvesAll, null) });
  } finally {
    await leave(session);
  }
}

async function talkLive(settings: TalkSettings, flags: TalkFlags): Promise<void> {
  const { isJson, address } = settings;
  const { recorder, player, missing } = chooseDevices(settings, surroundings());
  const isTerminal = process.stdout.isTTY && !isJson;
  const isTyping = isTerminal && process.stdin.isTTY;
  const plain = isJson ? silentDisplay(process.stderr) : linesDisplay({ ...streams, wordsOnly: false });
  let ask: Ask | null = null;
  let display = plain;
  const openDisplay = (controls: LiveControls): Display => {
    if (!isTerminal) return plain;
    const terminal = openTerminal({ input: isTyping ? process.stdin : null, output: process.stdout, controls });
    if (isTyping) ask = terminal.ask;
    display = terminal;
    return terminal;
  };
  const needs = { hasSound: player !== null, hearsTurns: true };
  const session = await openSession(settings, flags, needs, (text) => display.notice(text));
  const live = new Live({
    ...settings,
    session,
    openDisplay,
    recorder,
    player,
    approve: (request) => decider(settings.approvesAll, ask)(request),
    typed: isTyping
      ? null
      : (conversation, voice) => sayLines(process.stdin, session, settings.timeoutMs, { conversation, voice }),
    async onReady() {
      checkFormat(session);
      const microphone = recorder === null ? '' : ` Microphone: ${recorder.command}.`;
      const speaker = player === null ? '' : ` Speaker: ${player.command}.`;
      display.notice(`Connected to ${address}.${microphone}${speaker}`);
      for (const line of missing) display.notice(line);
      if (isTyping) display.notice(keysHelp);
      if (recorder !== null) await writeDown(session, settings.transcriptionModel);
    },
  });
  const over = live.run();
  onStopSignals(async () => {
    live.stop();
    await over.catch(() => {});
  });
  await over;
}

const streams = { stdout: process.stdout, stderr: process.stderr };

const keysHelp = 'Speak, or type and press Enter. Escape interrupts, Ctrl-C ends.';

type Ask = (question: string) => Promise<string | null>;

/** Who decides about calls of MCP tools. */
function decider(approvesAll: boolean, ask: Ask | null): Approve {
  return async ({ serverLabel, name, arguments: args }) => {
    if (approvesAll) return true;
    if (ask === null) return { approve: false, reason: 'There is nobody to ask.' };
    const answer = await ask(`Allow ${serverLabel}.${name}(${args})? y/n`);
    return /^y(es)?$/i.test(answer?.trim() ?? '');
  };
}

function surroundings() {
  const { platform, stdin, stdout, env } = process;
  const isInputTerminal = stdin.isTTY === true;
  return { platform, path: env['PATH'] ?? '', isInputTerminal, isOutputTerminal: stdout.isTTY === true };
}
