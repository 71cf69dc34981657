import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverEventTypes, translationServerEventTypes } from '../../src/protocol/event-types.ts';

const core = join(import.meta.dirname, '../../src/core');

/** The sources of the core without tests, whose paths pass the filter. */
const sourcesWhere = (isWanted: (file: string) => boolean): string =>
  readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && isWanted(file))
    .map((file) => readFileSync(join(core, file), 'utf8'))
    .join('\n');

const isTranslation = (file: string): boolean => file.startsWith('translation');

/** Events that carry sound or come with kept sound are effects of their own, and one has no id; a comment beside names them. */
const emits = (source: string, type: string): boolean =>
  source.includes(`emit(draft, '${type}', `) ||
  new RegExp(`// '${type.replaceAll('.', '\\.')}': .*\\n\\s*draft\\.effects\\.push\\(\\{\\s*do: 'emit[-']`).test(
    source,
  );

/** In no kind of session: of older servers. */
const neverSent: readonly string[] = ['conversation.item.created'];

describe('the events that the core sends', () => {
  it('stand by their names where they are sent, in a realtime session', () => {
    const source = sourcesWhere((file) => !isTranslation(file));
    expect(serverEventTypes.filter((type) => !emits(source, type))).toEqual(neverSent);
  });

  it('stand by their names where they are sent, in a translation session', () => {
    const source = sourcesWhere(isTranslation);
    expect(translationServerEventTypes.filter((type) => !emits(source, type))).toEqual([]);
  });
});
