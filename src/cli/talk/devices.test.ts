import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseDevices } from './device-choice.ts';
import { findPlayer, findRecorder, isOnPath } from './devices.ts';

const having = (platform: string, commands: readonly string[], device?: string) => ({
  platform,
  ...(device === undefined ? {} : { device }),
  isInstalled: (command: string) => commands.includes(command),
});

const all = ['arecord', 'aplay', 'rec', 'play', 'sox', 'ffmpeg', 'ffplay'];

describe('programs that record and play', () => {
  it.each([
    ['linux', all, 'arecord', 'aplay'],
    ['linux', ['rec', 'play', 'sox', 'ffmpeg', 'ffplay'], 'rec', 'play'],
    ['linux', ['sox'], 'sox', 'sox'],
    ['linux', ['ffmpeg', 'ffplay'], 'ffmpeg', 'ffplay'],
    ['linux', ['aplay', 'ffmpeg'], 'ffmpeg', 'aplay'],
    ['darwin', all, 'rec', 'play'],
    ['win32', ['ffmpeg', 'ffplay'], undefined, 'ffplay'],
    ['linux', [], undefined, undefined],
  ])('on %s with %j: %s and %s', (platform, commands, recorder, player) => {
    expect(findRecorder(having(platform, commands))?.command).toBe(recorder);
    expect(findPlayer(having(platform, commands))?.command).toBe(player);
  });

  it('get the device in the way each takes it', () => {
    expect(findRecorder(having('linux', ['arecord'], 'hw:1'))?.args.slice(-2)).toEqual(['-D', 'hw:1']);
    expect(findPlayer(having('linux', ['aplay'], 'hw:1'))?.args.slice(-2)).toEqual(['-D', 'hw:1']);
    expect(findRecorder(having('linux', ['sox'], 'hw:1'))).toMatchObject({ environment: { AUDIODEV: 'hw:1' } });
    expect(findRecorder(having('linux', ['sox']))).toMatchObject({ environment: {} });
    const args = (platform: string, device?: string) =>
      findRecorder(having(platform, ['ffmpeg'], device))?.args.join(' ');
    expect(args('linux')).toContain('-f alsa -i default');
    expect(args('darwin', '1')).toContain('-f avfoundation -i :1');
    expect(args('win32', 'Mic')).toContain('-f dshow -i audio=Mic');
  });

  it('all speak 16-bit mono at 24 kHz', () => {
    for (const command of all) {
      const program = findRecorder(having('linux', [command])) ?? findPlayer(having('linux', [command]));
      expect(program?.args).toContain('24000');
      expect(program?.args.join(' ')).toMatch(/S16_LE|-b 16|s16le/);
    }
  });

  it('are looked for in every folder of the path, and must be executable', () => {
    const folder = mkdtempSync(join(tmpdir(), 'antiphon-test-'));
    writeFileSync(join(folder, 'sox'), '', { mode: 0o755 });
    writeFileSync(join(folder, 'rec'), '', { mode: 0o644 });
    const path = ['', '/nowhere', folder].join(delimiter);
    expect(isOnPath('sox', path, 'linux')).toBe(true);
    expect(isOnPath('rec', path, 'linux')).toBe(false);
    expect(isOnPath('play', path, 'linux')).toBe(false);
  });
});

describe('which devices take part', () => {
  const unasked = { mic: null, speaker: null, device: null, isJson: false };
  const terminal = { platform: 'linux', path: '', isInputTerminal: true, isOutputTerminal: true };
  const pipe = { ...terminal, isInputTerminal: false, isOutputTerminal: false };

  it('both in a terminal: what is missing is told, with what to install', () => {
    expect(chooseDevices(unasked, terminal).missing).toEqual([
      'No program here records or plays sound: install alsa-utils (apt-get install alsa-utils), sox or ffmpeg.',
    ]);
    expect(chooseDevices({ ...unasked, mic: false }, terminal).missing[0]).toMatch(/^No program here plays sound: /);
  });

  it('none in a pipe, nor the speaker beside events', () => {
    expect(chooseDevices(unasked, pipe)).toEqual({ recorder: null, player: null, missing: [] });
    expect(chooseDevices({ ...unasked, mic: false, isJson: true }, terminal).missing).toEqual([]);
  });

  it('those that were asked for must be there', () => {
    expect(() => chooseDevices({ ...unasked, mic: true }, pipe)).toThrow('No program here records: install');
    expect(() => chooseDevices({ ...unasked, speaker: true }, pipe)).toThrow('No program here plays sound: install');
  });
});
