import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../state/memory/store.ts';
import type { Store } from '../../state/store.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { createSecrets, type MintedSecret, type Secrets } from './client-secrets.ts';

const bound = { kind: 'session', session: { type: 'realtime', instructions: 'Be brief.' } } as const;
const binding = { bound, owner: 'a' };

async function minted(secrets: Secrets, ttlSeconds: number): Promise<MintedSecret> {
  const secret = await secrets.mint(binding, ttlSeconds, 10);
  if ('retrySeconds' in secret) throw new Error('no secret was made');
  return secret;
}

describe('client secrets', () => {
  it('look like the service’s, and are bound to what they were made with', async () => {
    const clock = virtualClock();
    const secrets = createSecrets(memoryStore(clock), clock);
    const { value, expiresAt } = await minted(secrets, 600);
    expect(value).toMatch(/^ek_[0-9a-f]{32}$/);
    expect(expiresAt).toBe(Math.floor(clock.now() / 1000) + 600);
    expect(await secrets.find(value)).toEqual(binding);
    expect(await secrets.find(value)).toEqual(binding);
  });

  it('are worth nothing when their time is over, or when nobody made them', async () => {
    const clock = virtualClock();
    const secrets = createSecrets(memoryStore(clock), clock);
    const { value } = await minted(secrets, 10);
    clock.advance(9_999);
    expect(await secrets.find(value)).not.toBeNull();
    clock.advance(1);
    expect(await secrets.find(value)).toBeNull();
    expect(await secrets.find(`ek_${'0'.repeat(32)}`)).toBeNull();
  });

  it('are kept only as hashes', async () => {
    const clock = virtualClock();
    const kept: string[] = [];
    const store: Store = { ...memoryStore(clock), put: async (...entry) => (kept.push(entry.join(' ')), null) };
    const { value } = await minted(createSecrets(store, clock), 60);
    expect(kept.join()).not.toContain(value.slice(3));
  });

  it('leave the memory when nobody asks for any again', async () => {
    const clock = virtualClock();
    const store = memoryStore(clock);
    for (let index = 0; index < 100; index++) await store.put(`old ${index}`, 'x', clock.now() + 1000 * index);
    clock.advance(98_000);
    expect(await store.get('old 99')).toBe('x');
    expect(clock.waiting).toBe(1);
    clock.advance(12_000);
    expect(clock.waiting).toBe(0); // nothing is left to look after
    await store.put('new', 'x', clock.now() + 7_200_000);
    store.close();
    expect([await store.get('new'), clock.waiting]).toEqual([null, 0]);
  });

  it('are only so many at a time, and a place is free once one of them has gone', async () => {
    const clock = virtualClock();
    const secrets = createSecrets(memoryStore(clock), clock);
    for (let index = 0; index < 16; index++) await secrets.mint(binding, 7200, 20);
    for (let index = 0; index < 4; index++) await secrets.mint(binding, 30, 20);
    expect(await secrets.mint(binding, 60, 20)).toEqual({ retrySeconds: 30 });
    clock.advance(30_000);
    for (let index = 0; index < 4; index++) expect(await secrets.mint(binding, 60, 20)).toHaveProperty('value');
    expect(await secrets.mint(binding, 60, 20)).toEqual({ retrySeconds: 60 });
  });
});
