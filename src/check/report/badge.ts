import { profiles } from '../check.ts';
import { counts, type Summary } from './summary.ts';

/** How many profiles a badge names before it only counts. */
const mostNamed = 4;

/**
 * What shields.io draws as a badge from an address (`https://img.shields.io/endpoint?url=…`): how many MUSTs of each profile
 * hold, of those that the server has the features for.
 */
export function badgeReport(summary: Summary): string {
  const { results } = summary;
  const musts = results.filter(({ level, verdict }) => level === 'must' && verdict !== 'absent');
  const parts = profiles.flatMap((profile) => {
    const own = musts.filter((result) => result.profile === profile);
    return own.length === 0 ? [] : [`${profile} ${holding(own)}`];
  });
  const message = parts.length > mostNamed ? holding(musts) : parts.join(' · ');
  const color = colorOf(musts, !results.some((result) => counts(summary, result)));
  const badge = {
    schemaVersion: 1,
    label: 'Realtime API',
    message: message === '' ? 'nothing checked' : message,
    color,
  };
  return `${JSON.stringify(badge)}\n`;
}

/** `isGood`: nothing is broken, or all that is was known before. */
function colorOf(musts: Summary['results'], isGood: boolean): string {
  const passed = musts.filter(({ verdict }) => verdict === 'pass').length;
  if (isGood) return passed === musts.length ? 'brightgreen' : 'yellowgreen';
  return passed > 0 ? 'orange' : 'red';
}

function holding(musts: Summary['results']): string {
  return `${musts.filter(({ verdict }) => verdict === 'pass').length}/${musts.length}`;
}
