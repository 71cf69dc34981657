import * as z from 'zod';
import { type Tool, tool } from '../../client/tools/tool.ts';

/** A tool that works everywhere, to see calls happen. */
export const getTime: Tool = tool({
  name: 'get_time',
  description: 'Tells the time and date, here or in a time zone.',
  parameters: z.object({ time_zone: z.optional(z.string().describe('An IANA name such as Europe/Paris')) }),
  run: ({ time_zone: timeZone }) => timeIn(timeZone, new Date()),
});

/** The time as words. Throws a RangeError for a time zone that is unknown. */
export function timeIn(timeZone: string | undefined, now: Date): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return now.toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'long', ...zone });
}
