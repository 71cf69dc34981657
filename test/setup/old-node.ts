import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

const pretend = `
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.11.1' } });
Object.defineProperty(process, 'version', { value: 'v20.11.1' });
`;

/** Flags with which Node takes itself for Node 20.11.1, and reads no TypeScript as that one does not. */
export const asOldNode: readonly string[] = [
  '--no-experimental-strip-types',
  `--import=data:text/javascript,${encodeURIComponent(pretend)}`,
];

/** The program that `npm` stands for, to be run by any Node. */
export function npmProgram(): string {
  return realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
}
