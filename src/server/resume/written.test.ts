import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newSession } from '../../core/new-session.ts';
import { snapshot } from '../../core/snapshot.ts';
import { seal, unseal, type Written } from './written.ts';

const rules = { maxAgeMs: 1000 };
// Rules are not written down.
const session = newSession({ id: 'sess_1', rules: rules as never, seed: 1, model: 'echo', at: 0 });
const secrets = { item_1: { authorization: 'a secret' } };
const written: Written = {
  snapshot: snapshot(session),
  secrets,
  owner: 'me',
  modelName: 'echo',
  connection: 2,
  oldest: 2,
  holder: null,
  isWhole: true,
};
const key = createSecretKey(new Uint8Array(32).fill(1));

describe('a session that is written down', () => {
  it('is read back with the key, and shows nothing without it', () => {
    const bytes = seal(key, 'sess_1', written);
    expect(unseal(key, 'sess_1', bytes)).toEqual(written);
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('secret');
    expect(unseal(createSecretKey(new Uint8Array(32)), 'sess_1', bytes)).toBeNull();
  });

  it('is not read in the place of another, changed, cut short, or of another version', () => {
    const bytes = seal(key, 'sess_1', written);
    expect(unseal(key, 'sess_2', bytes)).toBeNull();
    for (const at of [0, 1, 20, 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(unseal(key, 'sess_1', changed)).toBeNull();
    }
    expect(unseal(key, 'sess_1', bytes.subarray(0, 12))).toBeNull();
  });
});
