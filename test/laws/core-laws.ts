import { bytesToTicks, formatName } from '../../src/core/audio-clock.ts';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import { sameJson } from '../../src/core/same-json.ts';
import { type CoreLaw, firstOf } from './core-law.ts';
import type { CoreRun } from './core-run.ts';
import { playbackLaws } from './playback-laws.ts';
import { speechLaws } from './speech-laws.ts';

function refusalsChangeNothing(run: CoreRun): string | null {
  return firstOf(run, ({ input, before, after, effects }) => {
    if (input.from !== 'client' && input.from !== 'microphone' && input.from !== 'refusal') return null;
    const [first] = effects;
    if (effects.length !== 1 || first?.do !== 'emit' || first.event.type !== 'error') return null;
    const { ids: _before, ...held } = before;
    const { ids: _after, ...left } = after;
    return sameJson(held, left) ? null : 'a refused event changed the state';
  });
}

/** Where the input audio went: every stretch belongs to at most one item, and without detection nothing is left out. */
function audioGoesToOneItem(run: CoreRun): string | null {
  let takenUpTo = 0;
  let clock = 0;
  let spare = 0;
  let listened = true;
  return firstOf(run, ({ input, before, after, effects }) => {
    const format = formatName(before.config.audio.input.format);
    listened ||= before.config.audio.input.turn_detection !== null;
    for (const effect of effects) {
      if (effect.do === 'forget-spare-byte') spare = 0;
      if (effect.do === 'store-input') {
        const bytes = effect.audio.byteLength + (format === 'audio/pcm' ? spare : 0);
        clock += bytesToTicks(bytes, format);
        if (format === 'audio/pcm') spare = bytes % 2;
      }
      // What a track has no room for makes room, and is not part of what is committed.
      if (effect.do === 'release-input' && input.from === 'microphone') takenUpTo = effect.beforeTick;
      if (effect.do === 'keep-input') {
        const { fromTick, toTick } = effect;
        if (fromTick < takenUpTo) return `ticks from ${fromTick} were taken up to ${takenUpTo} before`;
        if (toTick > clock || toTick < fromTick) return `ticks ${fromTick} to ${toTick} of ${clock}`;
        if (!listened && (fromTick !== takenUpTo || toTick !== clock)) return `${fromTick} to ${toTick} is not all`;
        takenUpTo = toTick;
      }
      if (effect.do === 'emit' && effect.event.type === 'input_audio_buffer.cleared') {
        takenUpTo = clock;
        if (spare !== 0) return 'an odd byte outlived the clear';
      }
      if (effect.do === 'keep-input' || (effect.do === 'emit' && effect.event.type === 'input_audio_buffer.cleared')) {
        listened = before.config.audio.input.turn_detection !== null;
      }
    }
    const held = after.buffer.endTick;
    return input.from === 'microphone' && clock !== held ? `the clock stands at ${held}, not ${clock}` : null;
  });
}

/** The shell keeps of each item what the client was sent and did not cut off: what a retrieval then brings. */
function keepsWhatIsHeard(run: CoreRun): string | null {
  const kept = new Map<string, number>();
  for (const { effects } of run.taken) {
    for (const effect of effects) {
      if (effect.do === 'emit-audio' && effect.keep) {
        kept.set(effect.itemId, (kept.get(effect.itemId) ?? 0) + effect.audio.byteLength);
      }
      if (effect.do === 'trim-audio') {
        kept.set(effect.itemId, Math.min(kept.get(effect.itemId) ?? 0, effect.bytes));
      }
      if (effect.do === 'forget-audio') kept.delete(effect.itemId);
    }
  }
  const wrong = [...run.view.speech].find(([id, { bytes }]) => (kept.get(id) ?? 0) !== bytes);
  return wrong === undefined
    ? null
    : `of ${wrong[0]} ${kept.get(wrong[0]) ?? 0} bytes are kept, ${wrong[1].bytes} were heard`;
}

function orderIsTheEvents(run: CoreRun): string | null {
  const order = entriesOf(run.session.conversation.items).map(({ item }) => item.id);
  return sameJson(order, run.view.order)
    ? null
    : `the events say ${run.view.order.join(', ')}, the state ${order.join(', ')}`;
}

/** Work that the session started is ended by it or by itself, once; a closed session leaves none and starts none. */
function workIsJoined(run: CoreRun): string | null {
  const working = new Set<string>();
  const running = new Set<string>();
  const armed = new Set<string>();
  return firstOf(run, ({ input, before, after, effects }) => {
    if (before.phase === 'closed') return effects.length === 0 && after === before ? null : 'a closed session acts';
    if (input.from === 'timer') armed.delete(input.timer);
    const ownEnd = input.from === 'model' && endings.has(input.output.type) ? input.responseId : null;
    for (const [index, effect] of effects.entries()) {
      if (effect.do === 'respond') working.add(effect.request.responseId);
      if (effect.do === 'arm') armed.add(effect.timer);
      if (effect.do === 'disarm') armed.delete(effect.timer);
      if (effect.do === 'emit' && effect.event.type === 'response.created') running.add(effect.event.response.id ?? '');
      // A response that an approval started may wait for its call before its model is asked.
      if (effect.do === 'abort' && !running.has(effect.responseId)) return `${effect.responseId} was not running`;
      if (effect.do === 'abort') working.delete(effect.responseId);
      if (effect.do === 'close' && index !== effects.length - 1) return 'something comes after the close';
      if (effect.do !== 'emit' || effect.event.type !== 'response.done') continue;
      const id = effect.event.response.id ?? '';
      running.delete(id);
      if (working.delete(id) && id !== ownEnd) return `${id} is done and its model goes on`;
    }
    if (after.phase !== 'closed') return null;
    if (armed.size > 0) return `timers go on: ${[...armed].join(', ')}`;
    return working.size === 0 ? null : `models go on: ${[...working].join(', ')}`;
  });
}

/** A call of an MCP tool, and a listing, ends with its news, by being given up, or with the response or definition it is for. */
function questionsEnd(run: CoreRun): string | null {
  const calls = new Map<string, string>();
  const listings = new Set<string>();
  return firstOf(run, ({ input, after, effects }) => {
    if (input.from === 'mcp' && input.say === 'called') calls.delete(input.itemId);
    if (input.from === 'mcp' && input.say !== 'called') listings.delete(input.id);
    const aborted = new Set(effects.flatMap((effect) => (effect.do === 'abort' ? [effect.responseId] : [])));
    // Nobody lists for a session that is taken up again.
    if (input.from === 'server' && input.say === 'resumed') listings.clear();
    for (const effect of effects) {
      if (effect.do === 'call-tool' && calls.has(effect.itemId)) return `${effect.itemId} is called twice`;
      if (effect.do === 'call-tool') calls.set(effect.itemId, effect.responseId);
      if (effect.do === 'abort-call' && !calls.delete(effect.itemId)) return `${effect.itemId} was not being called`;
      if (effect.do === 'list-tools') listings.add(effect.access.id);
      if (effect.do === 'leave-server') listings.delete(effect.id);
    }
    for (const [itemId, responseId] of calls) if (aborted.has(responseId)) calls.delete(itemId);
    const open = after.responses.flatMap(({ open: each }) =>
      each?.type === 'mcp_call' && each.progress.phase === 'running' ? [each.itemId] : [],
    );
    const isSame = sameJson([...calls.keys()].toSorted(), open.toSorted());
    if (!isSame) return `being called: ${[...calls.keys()].join()}, in the state: ${open.join()}`;
    const listed = after.mcp.servers.filter(({ listing }) => listing.phase === 'running').length;
    return after.phase === 'closed' || listed === listings.size
      ? null
      : `${listings.size} listings, ${listed} in the state`;
  });
}

const endings: ReadonlySet<string> = new Set(['end', 'incomplete', 'failed']);

/** Every commit is put into words once, whether or not the client is told; and audio is kept for the item it names. */
function commitsAreHandled(run: CoreRun): string | null {
  return firstOf(run, ({ effects }) => {
    const committed = effects.flatMap((effect) =>
      effect.do === 'emit' && effect.event.type === 'input_audio_buffer.committed' ? [effect.event.item_id] : [],
    );
    const kept = effects.flatMap((effect) => (effect.do === 'keep-input' ? [effect.itemId] : []));
    const transcribed = effects.flatMap((effect) => {
      if (effect.do === 'transcribe') return [effect.request.itemId];
      return effect.do === 'end-speech' ? [effect.itemId] : [];
    });
    const same = sameJson(committed, kept) && sameJson(committed, transcribed);
    return same ? null : `committed ${committed.join()}, kept ${kept.join()}, transcribed ${transcribed.join()}`;
  });
}

export const coreLaws: readonly CoreLaw[] = [
  { number: '11, state', says: "the state's conversation is the one that the events tell", broken: orderIsTheEvents },
  { number: '13, state', says: 'a refused event leaves the state as it was', broken: refusalsChangeNothing },
  { number: '18', says: 'each appended byte lands in at most one item', broken: audioGoesToOneItem },
  { number: '21, kept', says: 'what a client heard of an item is kept, and no more', broken: keepsWhatIsHeard },
  { number: '22, work', says: 'each commit is kept and transcribed, once', broken: commitsAreHandled },
  {
    number: '26, work',
    says: 'what a session starts it ends, and after the close it does nothing',
    broken: workIsJoined,
  },
  ...speechLaws,
  ...playbackLaws,
  { number: '26, mcp', says: 'what MCP servers are asked is answered or given up, once', broken: questionsEnd },
];
