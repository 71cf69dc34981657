import { readFile } from 'node:fs/promises';

/** Ticks of the kernel in a second, as Linux tells them to programs on every machine. */
const ticksPerSecond = 100;

/** Seconds of CPU that a process and all its children have used; null where that can't be read. */
export async function cpuSecondsOf(pid: number): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name of the program, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const own = (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const theirs = await Promise.all(
      children
        .split(' ')
        .filter(Boolean)
        .map((child) => cpuSecondsOf(Number(child))),
    );
    return theirs.reduce<number>((sum, each) => sum + (each ?? 0), own);
  } catch {
    return null;
  }
}
