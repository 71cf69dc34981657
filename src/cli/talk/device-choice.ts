import { type AudioProgram, findPlayer, findRecorder, installAdvice, isOnPath, type Machine } from './devices.ts';
import { TalkError } from './failure.ts';
import type { TalkSettings } from './settings.ts';

/** What a conversation is heard and said with. */
export interface DeviceChoice {
  readonly recorder: AudioProgram | null;
  readonly player: AudioProgram | null;
  /** What was wanted and is not there, with what to install. */
  readonly missing: readonly string[];
}

export interface Surroundings {
  readonly platform: string;
  /** The variable `PATH`. */
  readonly path: string;
  /** Whether standard input and output are terminals. */
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
}

/**
 * Picks the programs. Without flags the microphone takes part where a terminal is typed at, and the speaker where one is
 * looked at.
 *
 * @throws {TalkError} where `--mic` or `--speaker` ask for what is not there
 */
export function chooseDevices(
  { mic, speaker, device, isJson }: Pick<TalkSettings, 'mic' | 'speaker' | 'device' | 'isJson'>,
  { platform, path, isInputTerminal, isOutputTerminal }: Surroundings,
): DeviceChoice {
  const machine: Machine = {
    platform,
    ...(device === null ? {} : { device }),
    isInstalled: (command) => isOnPath(command, path, platform),
  };
  const wantsMic = mic ?? isInputTerminal;
  const wantsSpeaker = speaker ?? (isOutputTerminal && !isJson);
  const recorder = wantsMic ? findRecorder(machine) : null;
  const player = wantsSpeaker ? findPlayer(machine) : null;
  const advice = installAdvice(platform);
  if (mic === true && recorder === null) throw new TalkError(`No program here records: ${advice}.`);
  if (speaker === true && player === null) throw new TalkError(`No program here plays sound: ${advice}.`);
  const missing = [
    ...(wantsMic && recorder === null ? ['records'] : []),
    ...(wantsSpeaker && player === null ? ['plays sound'] : []),
  ];
  return {
    recorder,
    player,
    missing: missing.length === 0 ? [] : [`No program here ${missing.join(' or ')}: ${advice}.`],
  };
}
