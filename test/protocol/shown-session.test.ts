import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientEventFromBeta, sessionToBeta } from '../../src/protocol/beta/index.ts';
import { checkCallAcceptRequest, checkCallSession } from '../../src/protocol/bodies.ts';
import { checkClientEvent } from '../../src/protocol/parse.ts';
import type { Session } from '../../src/protocol/types.ts';
import { createSecrets } from '../../src/server/admission/client-secrets.ts';
import { keyring } from '../../src/server/admission/keys.ts';
import { clientSecretRoutes } from '../../src/server/http/client-secrets.ts';
import { translationSecretRoutes } from '../../src/server/http/translation-secrets.ts';
import { Accounts } from '../../src/server/metering/accounts.ts';
import { noLedger } from '../../src/server/metering/ledger.ts';
import { modelTable } from '../../src/server/models.ts';
import { memoryStore } from '../../src/state/memory/store.ts';
import { memoryWindows } from '../../src/state/memory/windows.ts';
import { virtualClock } from '../../src/testing/index.ts';
import { type SessionScript, sessionScript } from '../../src/testing/session-script.ts';
import { updates } from '../../src/testing/update-arbitraries.ts';
import { modelOf, openInMemory } from '../translation/memory-session.ts';
import { arbitraryClientEvents, arbitraryTranslationClientEvents } from './arbitrary-events.ts';

/** How the session may be taken up again: servers may show it to clients that asked. */
const resumption = { enabled: true, handle: 'rsm_1', expires_in: 120 };

/** Sends an update as a client's JSON; the events it caused. */
function update(script: SessionScript, session: unknown) {
  const checked = checkClientEvent({ type: 'session.update', session });
  if (!checked.ok || checked.event.type !== 'session.update') throw new Error(JSON.stringify(checked));
  const { event } = checked;
  const tools = event.session.type === 'realtime' ? (event.session.tools ?? []) : [];
  const servers = tools.map((tool) => (tool.type === 'mcp' ? (tool.server_url ?? null) : null));
  return script.feed({ from: 'client', event, servers });
}

/** The session as the script showed it last. */
function shownBy(script: SessionScript): Session & object {
  const shown = script.events.findLast(({ type }) => type === 'session.created' || type === 'session.updated');
  return JSON.parse(JSON.stringify(shown && 'session' in shown ? shown.session : {}));
}

const kinds = [
  [
    'realtime',
    'test',
    fc.oneof(
      updates(fc),
      arbitraryClientEvents['session.update'].map(({ session }) => session),
    ),
  ],
  ['transcription', null, arbitraryClientEvents['session.update'].map(({ session }) => ({ ...session }))],
] as const;

describe.each(kinds)('a %s session as it was shown', (kind, model, arbitrary) => {
  it('is taken back, and changes nothing, after any updates', () => {
    let accepted = 0;
    const sendsBack = (some: readonly object[], send: (shown: object) => unknown) => {
      const script = sessionScript({ model });
      for (const each of some) accepted += update(script, each)[0]?.type === 'session.updated' ? 1 : 0;
      const { ids: _, ...before } = script.session;
      const shown = shownBy(script);
      expect(update(script, send(shown))).toEqual([
        { type: 'session.updated', event_id: expect.any(String), session: shown },
      ]);
      expect(script.effects).toEqual([]);
      const { ids: __, ...after } = script.session;
      expect(after).toEqual(before);
    };
    const throughBeta = (shown: object): unknown => {
      const type = kind === 'realtime' ? 'session.update' : 'transcription_session.update';
      return clientEventFromBeta({ type, session: sessionToBeta({ ...shown }) })['session'];
    };
    fc.assert(
      fc.property(fc.array<object>(arbitrary, { maxLength: 4 }), (some) => {
        sendsBack(some, (shown) => shown);
        sendsBack(some, (shown) => ({ ...shown, resumption }));
        sendsBack(some, throughBeta);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('says nothing that the session takes for its own', () => {
    const script = sessionScript({ model });
    const shown = shownBy(script);
    const [updated] = update(script, { ...shown, id: 'sess_other', object: 'other', expires_at: 1, resumption });
    expect(updated).toMatchObject({ type: 'session.updated', session: shown });
    expect(updated).not.toHaveProperty('session.resumption');
  });
});

describe('a realtime session as it was shown', () => {
  it('may be the session of a call, and accept one', () => {
    const shown = { ...shownBy(sessionScript()), resumption };
    expect(checkCallSession(shown)).toMatchObject({ ok: true });
    expect(checkCallAcceptRequest(shown)).toMatchObject({ ok: true });
  });
});

describe('a session as it was shown', () => {
  it('of a translation is taken back, and changes nothing, after any updates', () => {
    const any = arbitraryTranslationClientEvents['session.update'].map(({ session: { audio } }) => ({ audio }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 3 }), (some) => {
        const { events, wire } = openInMemory(modelOf(() => []));
        for (const session of some) wire.send(JSON.stringify({ type: 'session.update', session }));
        const shown = events.at(-1);
        const session = shown && 'session' in shown ? shown.session : null;
        wire.send(JSON.stringify({ type: 'session.update', session: { ...session, resumption } }));
        expect(events.at(-1)).toEqual({ type: 'session.updated', event_id: expect.any(String), session });
        expect(events).toHaveLength(some.length + 2);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('makes a client secret that shows the same', async () => {
    const clock = virtualClock();
    const model = modelOf(() => []);
    const house = {
      keys: keyring([]),
      accounts: new Accounts(memoryWindows(), noLedger),
      now: () => clock.now(),
      secrets: createSecrets(memoryStore(clock), clock),
      models: modelTable({ '*': model }),
    };
    const minted = async (routes: typeof clientSecretRoutes, path: string, session: object) => {
      const answer = await routes(house).request(path, { method: 'POST', body: JSON.stringify({ session }) });
      expect(answer.status).toBe(200);
      return (await answer.json()).session;
    };
    const own = { id: expect.stringMatching(/^sess_/), expires_at: 0 };
    for (const name of ['test', null]) {
      const shown = shownBy(sessionScript({ model: name }));
      const session = await minted(clientSecretRoutes, '/v1/realtime/client_secrets', { ...shown, resumption });
      expect(session).toEqual({ ...shown, ...own });
      expect(session.id).not.toBe(shown.id);
    }
    const [created] = openInMemory(model).events;
    const shown = created && 'session' in created ? created.session : {};
    const path = '/v1/realtime/translations/client_secrets';
    expect(await minted(translationSecretRoutes, path, shown)).toMatchObject({ model: 'translator', ...own });
  });
});
