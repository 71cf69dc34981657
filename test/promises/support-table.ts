import { areas } from '../promises.ts';
import type { Area } from './promise.ts';

/** The README's table of what works, an area a row. */
export function supportTable(): string {
  const rows = areas.map((area) => `| ${area.name} | ${verdict(area)} | ${missing(area)} |`);
  return ['| What | Works | Missing |', '| --- | --- | --- |', ...rows].join('\n');
}

/** `yes`, `no`, or how many of the area's statements are kept without reserve. */
function verdict({ statements }: Area): string {
  const kept = statements.filter((statement) => statement.kept === 'yes').length;
  if (kept === statements.length) return 'yes';
  return statements.every((statement) => statement.kept === 'no') ? 'no' : `partly, ${kept} of ${statements.length}`;
}

function missing({ statements }: Area): string {
  const gaps = statements.flatMap((statement) => (statement.kept === 'yes' ? [] : [statement.missing]));
  return [...new Set(gaps)].join('; ');
}
