import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { created, done, ended, event, sound } from '../../../test/client/spoken.ts';
import { repeats } from '../../../test/setup/scale.ts';
import { audioFormats } from '../../audio/format.ts';
import { clockSource } from './clock-source.ts';
import { createPlayhead, type Playhead } from './playhead.ts';
import { reportSource } from './report-source.ts';

describe('any course of events', () => {
  interface Piece {
    readonly item: number;
    readonly part: number;
    readonly bytes: number;
  }
  type Move =
    | { readonly do: 'sound'; readonly piece: Piece }
    | { readonly do: 'wait'; readonly ms: number }
    | { readonly do: 'end'; readonly item: number; readonly part: number }
    | { readonly do: 'interrupt' };

  const place = { item: fc.nat(4), part: fc.nat(1) };
  const moves = fc.array(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('sound' as const),
          piece: fc.record({ ...place, bytes: fc.nat(5000) }),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.double({ min: 0, max: 200, noNaN: true }) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('end' as const), ...place }) },
      { weight: 1, arbitrary: fc.constant({ do: 'interrupt' as const }) },
    ),
    { maxLength: 60 },
  );

  /** A speaker that is no part of what is tested: it plays sample by sample in real time. */
  function speakerModel(bytesPerMs: number) {
    let queue: { key: string; ms: number }[] = [];
    const heard = new Map<string, number>();
    return {
      heard,
      give: (key: string, bytes: number) => void queue.push({ key, ms: bytes / bytesPerMs }),
      clear: () => {
        queue = [];
      },
      pass(ms: number) {
        let rest = ms;
        for (const piece of queue) {
          const played = Math.min(rest, piece.ms);
          heard.set(piece.key, (heard.get(piece.key) ?? 0) + played);
          piece.ms -= played;
          rest -= played;
        }
        queue = queue.filter(({ ms: left }) => left > 0);
      },
    };
  }

  function run(
    steps: readonly Move[],
    format: 'audio/pcm' | 'audio/pcmu',
    kind: 'clock' | 'sum' | 'items',
  ): string | null {
    const time = { ms: 0 };
    const reports = reportSource();
    const source = kind === 'clock' ? clockSource({ now: () => time.ms }) : reports;
    const playhead: Playhead = createPlayhead(source, { toleranceMs: 0 });
    const { sampleRate, bytesPerSample } = audioFormats[format];
    const bytesPerMs = (sampleRate * bytesPerSample) / 1000;
    const speaker = speakerModel(bytesPerMs);
    const received = new Map<string, number>();
    const cut = new Set<string>();
    let played = 0;
    playhead.read(created('r', { audio: { output: { format: { type: format } } } }));
    let responses = 0;
    for (const step of steps) {
      const problem = take(step);
      if (problem !== null) return problem;
    }
    return null;

    function take(step: Move): string | null {
      if (step.do === 'wait') {
        const before = [...speaker.heard.values()].reduce((sum, ms) => sum + ms, 0);
        speaker.pass(step.ms);
        time.ms += step.ms;
        played += [...speaker.heard.values()].reduce((sum, ms) => sum + ms, 0) - before;
        if (kind === 'sum') reports.playedTotal(played);
        if (kind === 'items') for (const [key, ms] of speaker.heard) reports.played(key.slice(2), Number(key[0]), ms);
        for (const [key, ms] of speaker.heard) {
          const told = playhead.heardMs(key.slice(2), Number(key[0]));
          if (Math.abs(told - ms) > 1.01) return `${key} was heard for ${ms} ms, told ${told}`;
          if (told > Math.floor((received.get(key) ?? 0) / bytesPerMs)) return `${key} was heard for longer than it is`;
        }
        return null;
      }
      if (step.do === 'sound') {
        const { item, part: index, bytes } = step.piece;
        const even = bytes - (bytes % bytesPerSample);
        const key = `${index} item${responses}_${item}`;
        const { play } = playhead.read(sound(key.slice(2), even, 'r', index));
        if (play !== even > 0) return `${key} is played: ${play}`;
        if (!play) return null;
        received.set(key, (received.get(key) ?? 0) + even);
        speaker.give(key, even);
        return null;
      }
      if (step.do === 'end') {
        playhead.read(ended(`item${responses}_${step.item}`, step.part));
        return null;
      }
      const cuts = playhead.interrupt();
      speaker.clear();
      played = 0;
      playhead.read(done('r'));
      playhead.read(created('r', { audio: { output: { format: { type: format } } } }));
      responses += 1;
      for (const each of cuts) {
        const key = each.kind === 'delete' ? each.item_id : `${each.content_index} ${each.item_id}`;
        if (cut.has(key) || cut.has(each.item_id)) return `${key} is cut twice`;
        cut.add(key);
        if (each.kind === 'delete') {
          for (const index of [0, 1])
            if ((speaker.heard.get(`${index} ${each.item_id}`) ?? 0) > 1.01) return `${key} was heard and is deleted`;
          continue;
        }
        if (!Number.isInteger(each.audio_end_ms) || each.audio_end_ms < 0) return `${each.audio_end_ms} is no length`;
        if (each.audio_end_ms > Math.floor((received.get(key) ?? 0) / bytesPerMs))
          return `${key} is cut beyond its end`;
        if (Math.abs(each.audio_end_ms - (speaker.heard.get(key) ?? 0)) > 1.01)
          return `${key} is cut at ${each.audio_end_ms}`;
      }
      return null;
    }
  }

  it.each(['clock', 'sum', 'items'] as const)('is heard and cut as a speaker plays it: %s', (kind) => {
    const property = fc.property(
      moves,
      fc.constantFrom('audio/pcm' as const, 'audio/pcmu' as const),
      (steps, format) => {
        expect(run(steps, format, kind)).toBeNull();
      },
    );
    fc.assert(property, { numRuns: repeats(5_000), seed: 7 });
  });

  it('never throws, whatever a server sends', () => {
    const types = fc.constantFrom(
      'session.created',
      'response.created',
      'response.done',
      'response.content_part.added',
      'response.output_audio.delta',
      'response.output_audio.done',
      'response.output_item.done',
      'conversation.item.deleted',
      'conversation.item.truncated',
      'output_audio_buffer.started',
    );
    const any = fc.record(
      {
        type: types,
        response: fc.jsonValue(),
        session: fc.jsonValue(),
        item: fc.jsonValue(),
        item_id: fc.jsonValue(),
        response_id: fc.jsonValue(),
        content_index: fc.jsonValue(),
        delta: fc.jsonValue(),
        part: fc.oneof(fc.jsonValue(), fc.constant({ type: 'audio' })),
      },
      { requiredKeys: ['type'] },
    );
    const property = fc.property(fc.array(any, { maxLength: 30 }), (events) => {
      const playhead = createPlayhead(clockSource({ now: () => 0 }));
      for (const each of events) playhead.read(event(each.type, each));
      for (const each of playhead.interrupt()) expect(each.item_id).toBeTypeOf('string');
    });
    fc.assert(property, { numRuns: repeats(2_500), seed: 7 });
  });
});
