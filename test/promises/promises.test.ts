import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { promises, type ServerPromise } from '../promises.ts';
import type { Proof } from './promise.ts';
import { supportTable } from './support-table.ts';
import { sourcesBehind, type Titles, titlesOf } from './titles.ts';

/** The parts of the behaviour reference that say what a server does; §7 is of other ways than a WebSocket. */
const sections = `
  §1.1 §1.2 §1.3 §1.4 §1.5 §1.6
  §2.1 §2.2 §2.3 §2.4 §2.5 §2.6
  §3.1 §3.2 §3.3
  §4.1 §4.2 §4.3 §4.4 §4.5 §4.6 §4.7 §4.8
  §5.1 §5.2 §5.3
  §6.1 §6.2
  §7.1 §7.2 §7.3 §7.4 §7.5 §7.6
  §8 §9
`
  .trim()
  .split(/\s+/);

const proofs = promises.flatMap(({ id, proof = [] }) => proof.map((each) => ({ id, ...each })));

describe('the promises', () => {
  it('have each an id of its own', () => {
    const ids = promises.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('are there for every part of the behaviour reference, and for no other', () => {
    expect([...new Set(promises.map(({ section }) => section))].toSorted()).toEqual(sections.toSorted());
  });

  it('are sentences', () => {
    expect(promises.filter(({ promise }) => !/^[^\n|]{10,160}\.$/.test(promise)).map(({ id }) => id)).toEqual([]);
  });

  it('have a proof where they are kept, and say what is missing where they are not', () => {
    const isHonest = ({ kept, proof = [], ...rest }: ServerPromise): boolean => {
      const says = 'missing' in rest && rest.missing !== '';
      return kept === 'yes' ? proof.length > 0 && !says : says && proof.length > 0 === (kept === 'partly');
    };
    expect(promises.filter((each) => !isHonest(each)).map(({ id }) => id)).toEqual([]);
  });
});

describe('a proof', () => {
  let titles: Titles;

  beforeAll(async () => {
    titles = await titlesOf(new Set(proofs.map(({ file }) => file)));
  });

  const wrong = (isWrong: (proof: Proof) => boolean): string[] =>
    proofs
      .filter(isWrong)
      .map(({ id, file, test, row }) => [id, file, test, ...(row === undefined ? [] : [row])].join(' | '));

  it('names a test file that exists', () => {
    expect(wrong(({ file }) => !file.endsWith('.test.ts') || !existsSync(file))).toEqual([]);
  });

  it('names one test of that file', () => {
    const meant = ({ file, test }: Proof): number =>
      (titles.get(file) ?? []).filter((title) => title === test || title.endsWith(` > ${test}`)).length;
    expect(wrong((proof) => meant(proof) !== 1)).toEqual([]);
  });

  it('names a row that is there, where it names one', () => {
    const texts = new Map<string, string>();
    const behind = (file: string): string => {
      const text = texts.get(file) ?? sourcesBehind(file);
      texts.set(file, text);
      return text;
    };
    expect(wrong(({ file, row }) => row !== undefined && !behind(file).includes(row))).toEqual([]);
  });
});

describe('the table of the README', () => {
  it('is made from the promises', async () => {
    const readme = readFileSync('README.md', 'utf8');
    const marked = /(<!-- promises: .* -->\n)[^]*(<!-- \/promises -->)/;
    expect(readme).toMatch(marked);
    const fresh = readme.replace(marked, (_, begin, end) => `${begin}${supportTable()}\n${end}`);
    await expect(fresh).toMatchFileSnapshot('../../README.md');
  });
});
