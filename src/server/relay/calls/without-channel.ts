import { refusalLines } from '../../../media/sdp/answer.ts';
import { parseSdp } from '../../../media/sdp/lines.ts';

/** An offer as an upstream gets it, and how its answer becomes one to the offer as it came. */
export interface Muzzled {
  readonly offer: string;
  answered(answer: string): string;
}

/**
 * An offer without its data channel, by which a client would talk to the upstream past us, and past what is locked. The answer
 * refuses it. Null where the offer is no SDP.
 */
export function withoutChannel(text: string): Muzzled | null {
  const description = parseSdp(text);
  if (description === null) return null;
  // Whoever reads it sees the lines that we see, and no others.
  const [head = [], ...sections] = linesOf(text);
  const isKept = description.sections.map(({ media }) => media === 'audio' || media === 'video');
  const kept = sections.filter((_, index) => isKept[index]);
  const left = sections.flatMap((section, index) => (isKept[index] === true ? [] : midsOf(section)));
  return {
    offer: joined([head.map((line) => withoutMids(line, left)), ...kept]),
    answered(answer) {
      const [first = [], ...answers] = linesOf(answer);
      const all = description.sections.map((section, index) => {
        const given = isKept[index] === true ? answers.shift() : undefined;
        return given ?? refusalLines(section);
      });
      return joined([first, ...all]);
    },
  };
}

/** The lines before the first section, then those of each. */
function linesOf(text: string): string[][] {
  const sections: string[][] = [[]];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (!/^[a-z]=/.test(line)) continue;
    if (line.startsWith('m=')) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections;
}

function midsOf(section: readonly string[]): string[] {
  return section.flatMap((line) => /^a=mid:(\S+)/.exec(line)?.[1] ?? []);
}

function withoutMids(line: string, mids: readonly string[]): string {
  if (!line.startsWith('a=group:BUNDLE')) return line;
  const [semantics = '', ...all] = line.trimEnd().split(/ +/);
  return [semantics, ...all.filter((mid) => !mids.includes(mid))].join(' ');
}

function joined(sections: readonly (readonly string[])[]): string {
  return sections
    .flat()
    .map((line) => `${line}\r\n`)
    .join('');
}
