import { describe, expect, it } from 'vitest';
import { created, done, ended, event, part, sound } from '../../../test/client/spoken.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { clockSource } from './clock-source.ts';
import type { Cut } from './cut.ts';
import { markSource } from './mark-source.ts';
import { createPlayhead } from './playhead.ts';
import { reportSource } from './report-source.ts';
import { statisticsSource } from './statistics-source.ts';

const second = 48_000;
const truncate = (item_id: string, audio_end_ms: number, content_index = 0): Cut => ({
  kind: 'truncate',
  item_id,
  content_index,
  audio_end_ms,
});
const deletion = (item_id: string): Cut => ({ kind: 'delete', item_id });

/** A playhead on a clock that stands at `time.ms`. */
function timed(rate = 1, delayMs = 0) {
  const time = { ms: 0 };
  const playhead = createPlayhead(clockSource({ now: () => time.ms, rate, delayMs }));
  const read = (...events: AnyServerEvent[]) => events.map((each) => playhead.read(each));
  return { time, playhead, read };
}

describe('what was heard, by a clock', () => {
  it('starts when the first sound is handed to the speaker, not when it began to come', () => {
    const { time, playhead, read } = timed();
    read(created('r'), part('a'));
    time.ms = 500;
    read(sound('a', second));
    time.ms = 700;
    expect(playhead.heardMs('a')).toBe(200);
    expect(playhead.interrupt()).toEqual([truncate('a', 200)]);
  });

  it('stands still while the speaker has nothing to play', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second / 10));
    time.ms = 5000;
    expect(playhead.heardMs('a')).toBe(100);
    read(sound('a', second));
    time.ms = 5050;
    expect(playhead.heardMs('a')).toBe(150);
    expect(playhead.isPlaying).toBe(true);
  });

  it('goes as fast as the speaker, and begins as late', () => {
    const { time, playhead, read } = timed(1.5, 100);
    read(created('r'), sound('a', second));
    time.ms = 90;
    expect(playhead.heardMs('a')).toBe(0);
    time.ms = 300;
    expect(playhead.heardMs('a')).toBe(300);
  });

  it('is never more than what came', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', 1001));
    time.ms = 9999;
    expect(playhead.heardMs('a')).toBe(20);
    expect(playhead.interrupt()).toEqual([truncate('a', 20)]);
  });
});

describe('an interruption', () => {
  it('cuts the item that plays and takes back the ones that wait', () => {
    const { time, playhead, read } = timed();
    read(
      created('r'),
      sound('a', second),
      ended('a'),
      sound('b', second),
      ended('b'),
      sound('c', second),
      ended('c'),
      done('r'),
    );
    time.ms = 1250;
    expect(playhead.interrupt()).toEqual([truncate('b', 250), deletion('c')]);
  });

  it('does nothing where all was heard', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second), ended('a'), done('r'));
    time.ms = 1000;
    expect(playhead.interrupt()).toEqual([]);
  });

  it('does nothing to an item of which only a moment is missing', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second), ended('a'), done('r'));
    time.ms = 985;
    expect(playhead.interrupt()).toEqual([]);
  });

  it('cuts an item that is still being made, even if all that came of it was heard', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second));
    time.ms = 4000;
    expect(playhead.interrupt()).toEqual([truncate('a', 1000)]);
  });

  it('deletes an item of which nothing was heard, sound or not', () => {
    const { playhead, read } = timed();
    read(created('r'), sound('a', second));
    expect(playhead.interrupt()).toEqual([deletion('a')]);
    read(created('s'), part('b', 's'));
    expect(playhead.interrupt()).toEqual([deletion('b')]);
  });

  it('cuts each part of an item by itself', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second), ended('a', 0), sound('a', second, 'r', 1), sound('a', second, 'r', 2));
    time.ms = 1500;
    expect(playhead.interrupt()).toEqual([truncate('a', 500, 1), truncate('a', 0, 2)]);
  });

  it('cuts several responses that wait one behind the other', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second), ended('a'), done('r'), created('s'), sound('b', second, 's'));
    time.ms = 400;
    expect(playhead.interrupt()).toEqual([truncate('a', 400), deletion('b')]);
  });

  it('never cuts anything twice', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second));
    time.ms = 300;
    expect(playhead.interrupt()).toHaveLength(1);
    time.ms = 900;
    expect(playhead.interrupt()).toEqual([]);
    expect(playhead.heardMs('a')).toBe(300);
  });

  it('plays nothing more of what it interrupted, and takes back what it begins too late', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second));
    time.ms = 300;
    playhead.interrupt();
    expect(read(sound('a', second), part('b'), sound('b', second))).toEqual([
      { play: false, cuts: [] },
      { play: false, cuts: [deletion('b')] },
      { play: false, cuts: [] },
    ]);
    read(done('r'), created('s'));
    expect(read(sound('c', second, 's'))).toEqual([{ play: true, cuts: [] }]);
  });

  it('leaves alone what the server has cut or deleted by itself', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second), ended('a'), sound('b', second));
    time.ms = 100;
    read(
      event('conversation.item.truncated', { item_id: 'a', content_index: 0, audio_end_ms: 90 }),
      event('conversation.item.deleted', { item_id: 'b' }),
    );
    expect(playhead.interrupt()).toEqual([]);
  });

  it('cuts nothing of a response out of band, which the conversation does not know', () => {
    const { time, playhead, read } = timed();
    read(created('r', { conversation_id: null }), sound('a', second));
    time.ms = 100;
    expect(playhead.running).toEqual([]);
    expect(playhead.interrupt()).toEqual([]);
    expect(read(sound('a', second), part('b'))).toEqual([
      { play: false, cuts: [] },
      { play: false, cuts: [] },
    ]);
  });

  it('cuts nothing from before a reconnection', () => {
    const { time, playhead, read } = timed();
    read(created('r'), sound('a', second), event('session.created', { session: {} }));
    time.ms = 100;
    expect(playhead.interrupt()).toEqual([]);
    read(created('r'), sound('a', second));
    time.ms = 200;
    expect(playhead.interrupt()).toEqual([truncate('a', 100)]);
  });
});

describe('formats', () => {
  it.each([
    ['audio/pcm', 48],
    ['audio/pcmu', 8],
    ['audio/pcma', 8],
  ] as const)('%s has %i bytes a millisecond', (type, bytesPerMs) => {
    const { time, playhead, read } = timed();
    read(created('r', { audio: { output: { format: { type } } } }), sound('a', bytesPerMs * 500), ended('a'));
    time.ms = 333.9;
    expect(playhead.interrupt()).toEqual([truncate('a', 333)]);
  });

  it('takes the format from the session where a response shows none', () => {
    const { time, playhead, read } = timed();
    read(
      event('session.updated', {
        session: { type: 'realtime', audio: { output: { format: { type: 'audio/pcmu' } } } },
      }),
      created('r'),
      sound('a', 800),
    );
    time.ms = 5000;
    expect(playhead.heardMs('a')).toBe(100);
  });
});

describe('a speaker that reports', () => {
  it('counts what was played of each item, however late or often it says so', () => {
    const source = reportSource();
    const playhead = createPlayhead(source);
    for (const each of [created('r'), sound('a', second), ended('a'), sound('b', second)]) playhead.read(each);
    source.played('a', 0, 1000);
    source.played('b', 0, 120.7);
    source.played('b', 0, 80);
    source.played('nobody', 0, 80);
    expect(playhead.interrupt()).toEqual([truncate('b', 120)]);
  });

  it('may count everything in one sum, from the last clear on', () => {
    const source = reportSource();
    const playhead = createPlayhead(source);
    for (const each of [created('r'), sound('a', second), ended('a'), sound('b', second)]) playhead.read(each);
    source.playedTotal(1300);
    expect(playhead.interrupt()).toEqual([truncate('b', 300)]);
    for (const each of [created('s'), sound('c', second, 's')]) playhead.read(each);
    source.playedTotal(200);
    expect(playhead.heardMs('c')).toBe(200);
  });
});

describe('a Twilio stream', () => {
  it('has heard what stands before the last mark that came back', () => {
    const source = markSource();
    const playhead = createPlayhead(source);
    const send = (each: AnyServerEvent): string => {
      playhead.read(each);
      return source.mark();
    };
    playhead.read(created('r', { audio: { output: { format: { type: 'audio/pcmu' } } } }));
    const marks = [send(sound('a', 1600)), send(sound('a', 1600)), send(sound('a', 1600))];
    expect(source.reached(marks[1] ?? '')).toBe(true);
    expect(source.reached(marks[0] ?? '')).toBe(false);
    expect(playhead.interrupt()).toEqual([truncate('a', 400)]);
  });

  it('does not take marks for heard that a clear sends back', () => {
    const source = markSource();
    const playhead = createPlayhead(source);
    playhead.read(created('r'));
    playhead.read(sound('a', second));
    const mark = source.mark();
    expect(playhead.interrupt()).toEqual([deletion('a')]);
    expect(source.reached(mark)).toBe(false);
    expect(playhead.heardMs('a')).toBe(0);
  });
});

describe('WebRTC', () => {
  const airing = (what: string) => event(`output_audio_buffer.${what}`, { response_id: 'r' });

  it('tells what was heard by the statistics of the track, and leaves truncating to the server', () => {
    const source = statisticsSource();
    const playhead = createPlayhead(source);
    source.report({ totalSamplesDuration: 10 });
    for (const each of [created('r'), part('a'), airing('started')]) playhead.read(each);
    for (const totalSamplesDuration of [12, 12.4, 12.9]) source.report({ totalSamplesDuration });
    expect(playhead.heardMs('a')).toBe(900);
    expect(playhead.isPlaying).toBe(true);
    expect(playhead.interrupt()).toEqual([]);
  });

  it('takes the word of a server that truncates for what was heard of each item', () => {
    const source = statisticsSource();
    const playhead = createPlayhead(source);
    source.report({ totalSamplesDuration: 10 });
    for (const each of [created('r'), part('a'), part('b'), airing('started')]) playhead.read(each);
    playhead.interrupt();
    playhead.read(airing('cleared'));
    for (const [item_id, audio_end_ms] of [
      ['a', 1_240],
      ['b', 0],
    ] as const)
      playhead.read(event('conversation.item.truncated', { item_id, content_index: 0, audio_end_ms }));
    source.report({ totalSamplesDuration: 12 });
    expect([playhead.heardMs('a'), playhead.heardMs('b'), playhead.isPlaying]).toEqual([1_240, 0, false]);
  });

  it('cuts where it is asked to, and only where it is clear which item played', () => {
    const one = statisticsSource();
    const playhead = createPlayhead(one, { cutsMedia: true });
    for (const each of [created('r'), part('a'), airing('started')]) playhead.read(each);
    for (const totalSamplesDuration of [1, 1.5]) one.report({ totalSamplesDuration });
    expect(playhead.interrupt()).toEqual([truncate('a', 500)]);
    const several = statisticsSource();
    const other = createPlayhead(several, { cutsMedia: true });
    for (const each of [created('r'), part('a'), part('b'), airing('started')]) other.read(each);
    for (const totalSamplesDuration of [1, 1.5]) several.report({ totalSamplesDuration });
    expect(other.interrupt()).toEqual([]);
  });

  it('cuts nothing that was played to its end', () => {
    const source = statisticsSource();
    const playhead = createPlayhead(source, { cutsMedia: true });
    for (const each of [created('r'), part('a'), airing('started'), done('r'), airing('stopped')]) playhead.read(each);
    expect(playhead.interrupt()).toEqual([]);
  });
});
