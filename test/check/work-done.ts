import type { Work } from '../../src/check/cost.ts';
import type { Line, Passed } from '../../src/check/line.ts';
import { of } from './mutation.ts';

export const noWork: Work = { answers: 0, soundS: 0, textIn: 0, audioIn: 0, textOut: 0, audioOut: 0 };

/** Bytes of a second of sound; formats of telephones make less of it. */
const perSecond = 48_000;

/** What a server had to do for what passed on connections. Those of one call are all told of its answers. */
export function workOn(lines: readonly Line[]): Work {
  const all = lines.flatMap(({ passed }) => passed);
  const once = [...new Map(all.map((frame, place) => [answerIn(frame) ?? place, frame])).values()];
  return once.reduce((work, { from, text }) => plus(work, from === 'client' ? asked(text) : told(text)), noWork);
}

/** The answer whose end a frame tells of. */
function answerIn({ from, text }: Passed): string | null {
  if (from === 'client' || !isEnd(text)) return null;
  const event: unknown = JSON.parse(text);
  return String(of(event, 'response.id'));
}

function isEnd(text: string): boolean {
  return text.startsWith('{"type":"response.done"');
}

function asked(text: string): Work {
  const [, sound = ''] = /"audio":"([A-Za-z0-9+/=]*)"/.exec(text) ?? [];
  return { ...noWork, soundS: Buffer.byteLength(sound, 'base64') / perSecond };
}

function told(text: string): Work {
  if (!isEnd(text)) return noWork;
  const event: unknown = JSON.parse(text);
  const tokens = (kind: string): number => Number(of(event, `response.usage.${kind}_tokens`) ?? 0);
  return {
    answers: 1,
    soundS: 0,
    textIn: tokens('input_token_details.text'),
    audioIn: tokens('input_token_details.audio'),
    textOut: tokens('output_token_details.text'),
    audioOut: tokens('output_token_details.audio'),
  };
}

export function plus(one: Work, other: Work): Work {
  return {
    answers: one.answers + other.answers,
    soundS: one.soundS + other.soundS,
    textIn: one.textIn + other.textIn,
    audioIn: one.audioIn + other.audioIn,
    textOut: one.textOut + other.textOut,
    audioOut: one.audioOut + other.audioOut,
  };
}
