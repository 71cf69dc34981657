import { readFileSync } from 'node:fs';

const realtime = new URL(import.meta.resolve('openai/resources/realtime/realtime'));
const declarations = readFileSync(new URL('realtime.d.ts', realtime), 'utf8');

/** The version of the official package that is installed. */
export const officialVersion = versionIn(readFileSync(new URL('../../package.json', realtime), 'utf8'));

/** The `type` of every event of a union of the official package, as its declarations say it. */
export function officialEventTypes(union: string): string[] {
  const [, members] = new RegExp(`^export type ${union} = ([^;]+);`, 'm').exec(declarations) ?? [];
  if (members === undefined) throw new Error(`The official package has no union ${union}.`);
  return members.split(' | ').map((member) => eventType(member.split('.').at(-1) ?? member));
}

function eventType(name: string): string {
  const declaration = new RegExp(`^( *)(?:export )?interface ${name} \\{([^]*?)^\\1\\}`, 'm').exec(declarations);
  const [, indent = '', body = ''] = declaration ?? [];
  const [, type] = new RegExp(`^${indent}    type: '([^']+)';`, 'm').exec(body) ?? [];
  if (type === undefined) throw new Error(`The official package does not say the type of ${name}.`);
  return type;
}

function versionIn(manifest: string): string {
  const [, version] = /"version": "([^"]+)"/.exec(manifest) ?? [];
  if (version === undefined) throw new Error('The official package has no version.');
  return version;
}
