import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that records or plays: 16-bit mono PCM at 24 kHz, on its standard output or input. */
export interface AudioProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables to set for it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A program that may be installed. */
interface Candidate {
  readonly command: string;
  /** Its arguments on a platform; null where it can't be used there. `device` is absent for the usual one. */
  readonly args: (platform: string, device?: string) => readonly string[] | null;
  /** The device by a variable, for programs that take it so. */
  readonly deviceVariable?: string;
}

const alsaFormat = ['-q', '-t', 'raw', '-f', 'S16_LE', '-r', '24000', '-c', '1'];
const soxFormat = ['-t', 'raw', '-r', '24000', '-e', 'signed-integer', '-b', '16', '-c', '1', '-'];
const ffmpegQuiet = ['-hide_banner', '-loglevel', 'error'];

/** SoX holds back a buffer's worth of sound: this is 40 ms. */
const soxBuffer = ['--buffer', '1920'];

const recorders: readonly Candidate[] = [
  { command: 'arecord', args: (platform, device) => onLinux(platform, [...alsaFormat, ...alsaDevice(device)]) },
  { command: 'rec', args: () => ['-q', ...soxBuffer, ...soxFormat], deviceVariable: 'AUDIODEV' },
  { command: 'sox', args: () => ['-q', ...soxBuffer, '-d', ...soxFormat], deviceVariable: 'AUDIODEV' },
  { command: 'ffmpeg', args: ffmpegArgs },
];

/** aplay waits for a full buffer unless it is told to begin: after 20 ms, in a buffer of 200. */
const alsaBuffer = ['--buffer-time=200000', '--start-delay=20000'];

const players: readonly Candidate[] = [
  {
    command: 'aplay',
    args: (platform, device) => onLinux(platform, [...alsaFormat, ...alsaBuffer, ...alsaDevice(device)]),
  },
  { command: 'play', args: () => ['-q', ...soxBuffer, ...soxFormat], deviceVariable: 'AUDIODEV' },
  { command: 'sox', args: () => ['-q', ...soxBuffer, ...soxFormat, '-d'], deviceVariable: 'AUDIODEV' },
  {
    command: 'ffplay',
    // Raw PCM is mono unless it is told otherwise; the flag for that differs between versions.
    args: () => [...ffmpegQuiet, '-nodisp', '-fflags', 'nobuffer', '-f', 's16le', '-ar', '24000', '-i', 'pipe:0'],
    deviceVariable: 'AUDIODEV',
  },
];

export interface Machine {
  /** As `process.platform`. */
  readonly platform: string;
  readonly device?: string;
  readonly isInstalled: (command: string) => boolean;
}

/** The first program of this machine that records, or null. */
export function findRecorder(machine: Machine): AudioProgram | null {
  return findProgram(recorders, machine);
}

/** The first program of this machine that plays, or null. */
export function findPlayer(machine: Machine): AudioProgram | null {
  return findProgram(players, machine);
}

/** What to install where nothing records or plays. */
export function installAdvice(platform: string): string {
  switch (platform) {
    case 'darwin':
      return 'install sox (brew install sox) or ffmpeg';
    case 'win32':
      return 'install ffmpeg (winget install ffmpeg) or sox';
    default:
      return 'install alsa-utils (apt-get install alsa-utils), sox or ffmpeg';
  }
}

/** Whether a program is in one of the folders of a `PATH`. */
export function isOnPath(command: string, path: string, platform: string): boolean {
  const names = platform === 'win32' ? [`${command}.exe`, `${command}.cmd`] : [command];
  return path.split(delimiter).some((folder) => folder !== '' && names.some((name) => isProgram(join(folder, name))));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findProgram(
  candidates: readonly Candidate[],
  { platform, device, isInstalled }: Machine,
): AudioProgram | null {
  for (const { command, args, deviceVariable } of candidates) {
    const given = args(platform, device);
    if (given === null || !isInstalled(command)) continue;
    const isVariable = device !== undefined && deviceVariable !== undefined;
    return { command, args: given, environment: isVariable ? { [deviceVariable]: device } : {} };
  }
  return null;
}

function onLinux(platform: string, args: readonly string[]): readonly string[] | null {
  return platform === 'linux' ? args : null;
}

function alsaDevice(device: string | undefined): readonly string[] {
  return device === undefined ? [] : ['-D', device];
}

function ffmpegArgs(platform: string, device?: string): readonly string[] | null {
  const input = ffmpegInput(platform, device);
  if (input === null) return null;
  return [
    ...ffmpegQuiet,
    '-nostdin',
    ...input,
    '-ac',
    '1',
    '-ar',
    '24000',
    '-f',
    's16le',
    '-flush_packets',
    '1',
    'pipe:1',
  ];
}

function ffmpegInput(platform: string, device: string | undefined): readonly string[] | null {
  switch (platform) {
    case 'darwin':
      return ['-f', 'avfoundation', '-i', `:${device ?? 'default'}`];
    case 'win32':
      // DirectShow knows no usual device.
      return device === undefined ? null : ['-f', 'dshow', '-i', `audio=${device}`];
    default:
      return ['-f', 'alsa', '-i', device ?? 'default'];
  }
}
