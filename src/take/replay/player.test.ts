import { describe, expect, it } from 'vitest';
import { type VirtualClock, virtualClock } from '../../testing/virtual-clock.ts';
import type { Direction } from '../format.ts';
import { MemoryTake } from '../memory-take.ts';
import { base64 } from '../node/base64.ts';
import type { Take } from '../reader.ts';
import { TakeWriter } from '../writer.ts';
import type { MatchMode } from './match.ts';
import { type Mismatch, TakePlayer } from './player.ts';
import { scriptOf } from './script.ts';

type Line = readonly [t: number, by: Direction, event: object];

function takeOf(lines: readonly Line[], closed?: { readonly t: number; readonly by: 'server' | 'client' }): Take {
  const memory = new MemoryTake();
  const told = { form: 'folder', at: 0, by: 'b', url: 'ws://h', transport: 'websocket', base64 } as const;
  const writer = new TakeWriter(told, memory);
  for (const [t, by, event] of lines) writer.frame(t, by, JSON.stringify(event));
  if (closed !== undefined) writer.closed(closed.t, { by: closed.by, code: 1001, reason: 'over' });
  return memory.take('weather.take', base64);
}

interface Played {
  readonly sent: string[];
  readonly clock: VirtualClock;
  readonly player: TakePlayer;
  readonly found: Mismatch[];
  readonly closes: [number, string][];
  say(event: object): void;
  congested: boolean;
}

function play(take: Take, match: MatchMode = 'order', speed = Infinity): Played {
  const clock = virtualClock();
  const played: Played = {
    sent: [],
    clock,
    found: [],
    closes: [],
    congested: false,
    say: (event) => played.player.client(JSON.stringify(event)),
    player: undefined as never,
  };
  const player = new TakePlayer({
    script: scriptOf(take),
    match,
    speed,
    hands: {
      now: () => clock.now(),
      after: (ms, run) => clock.after(ms, run),
      send: (text) => void played.sent.push(text),
      isCongested: () => played.congested,
      close: (code, reason) => void played.closes.push([code, reason]),
      mismatch: (mismatch) => void played.found.push(mismatch),
    },
  });
  Object.assign(played, { player });
  player.start();
  return played;
}

const event = (type: string, more: object = {}): object => ({ type, ...more });
const append = (samples: number): object =>
  event('input_audio_buffer.append', { audio: base64.encode(new Uint8Array(samples * 2)) });
const typesOf = (sent: readonly string[]): string[] => sent.map((text): string => JSON.parse(text).type);

const turn: readonly Line[] = [
  [0, '<', event('session.created')],
  [100, '>', event('response.create')],
  [150, '<', event('response.created')],
  [1150, '<', event('response.done')],
  [2000, '>', event('response.create')],
  [2100, '<', event('response.created')],
];

describe('a take that is played', () => {
  it('waits for each cause, then says at once what came of it', () => {
    const { sent, say } = play(takeOf(turn));
    expect(typesOf(sent)).toEqual(['session.created']);
    say(event('response.create'));
    expect(typesOf(sent)).toEqual(['session.created', 'response.created', 'response.done']);
    say(event('response.create'));
    expect(sent).toHaveLength(4);
  });

  it('keeps the distances at which it was recorded, divided by the speed', () => {
    const { sent, say, clock } = play(takeOf(turn), 'order', 10);
    clock.advance(5000);
    say(event('response.create'));
    clock.advance(4);
    expect(sent).toHaveLength(1);
    clock.advance(1);
    expect(sent).toHaveLength(2);
    clock.advance(99);
    expect(sent).toHaveLength(2);
    clock.advance(1);
    expect(sent).toHaveLength(3);
  });

  it('says what is due before what a hasty client has caused already', () => {
    const { sent, say, clock } = play(takeOf(turn), 'order', 1);
    say(event('response.create'));
    say(event('response.create'));
    expect(sent).toHaveLength(1);
    clock.advance(1050);
    expect(typesOf(sent)).toEqual(['session.created', 'response.created', 'response.done']);
    clock.advance(100);
    expect(sent).toHaveLength(4);
  });

  it('lets a slow reader read', () => {
    const played = play(takeOf(turn));
    played.congested = true;
    played.say(event('response.create'));
    expect(played.sent).toHaveLength(1);
    played.congested = false;
    played.player.goOn();
    expect(played.sent).toHaveLength(3);
  });

  it('closes as the recorded server did, and waits where the client did', () => {
    const server = play(takeOf(turn.slice(0, 1), { t: 50, by: 'server' }));
    expect(server.closes).toEqual([[1001, 'over']]);
    const client = play(takeOf(turn.slice(0, 1), { t: 50, by: 'client' }));
    expect(client.closes).toEqual([]);
  });

  it('says nothing more once it is stopped', () => {
    const { sent, say, clock, player } = play(takeOf(turn), 'order', 1);
    say(event('response.create'));
    player.stop();
    clock.advance(10_000);
    say(event('response.create'));
    expect(sent).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });
});

describe('a client that does something else', () => {
  const lines: readonly Line[] = [
    [0, '<', event('session.created')],
    [1, '>', event('session.update', { session: { instructions: 'Rhyme.', tools: [{ name: 'a' }] }, event_id: 'e1' })],
    [2, '>', event('response.create')],
  ];

  it.each<[MatchMode, object[], Partial<Mismatch>[]]>([
    [
      'order',
      [event('response.create')],
      [
        {
          param: 'type',
          message:
            'The take did not expect this: expected session.update, got response.create (line 3 of weather.take).',
        },
      ],
    ],
    [
      'order',
      [event('session.update'), event('response.create'), event('response.cancel')],
      [
        {
          message: 'The take did not expect this: expected nothing more, got response.cancel (line 4 of weather.take).',
        },
      ],
    ],
    ['order', [event('session.update', { session: { instructions: 'Other.' } })], []],
    ['order', [append(5), event('conversation.item.retrieve', { item_id: 'x' }), event('session.update')], []],
    ['strict', [append(5)], [{ param: 'type' }]],
    [
      'strict',
      [event('session.update', { session: { instructions: 'Other.', tools: [{ name: 'a' }] } })],
      [{ param: 'session.instructions' }],
    ],
    [
      'strict',
      [event('session.update', { session: { instructions: 'Rhyme.', tools: [{ name: 'b' }] } })],
      [{ param: 'session.tools[0].name' }],
    ],
    [
      'strict',
      [event('session.update', { session: { instructions: 'Rhyme.', tools: [] } })],
      [{ param: 'session.tools' }],
    ],
    [
      'strict',
      [event('session.update', { event_id: 'other', session: { instructions: 'Rhyme.', tools: [{ name: 'a' }] } })],
      [],
    ],
    [
      'loose',
      [
        event('session.update'),
        event('response.cancel'),
        append(1),
        event('response.create'),
        event('response.create'),
      ],
      [],
    ],
    ['loose', [event('input_audio_buffer.commit')], [{ param: 'type' }]],
  ])('is told so under %s: %j', (mode, said, expected) => {
    const { say, found } = play(takeOf(lines), mode);
    for (const each of said) say(each);
    expect(found).toMatchObject(expected);
    expect(found).toHaveLength(expected.length);
  });

  it('may send a little more or less sound under strict', () => {
    const recorded: readonly Line[] = [[0, '>', append(2400)]];
    for (const [samples, mismatches] of [
      [2400, 0],
      [2000, 0],
      [2880, 0],
      [1900, 1],
      [3000, 1],
    ] as const) {
      const { say, found } = play(takeOf(recorded), 'strict');
      say(append(samples));
      expect(found).toHaveLength(mismatches);
    }
  });

  it('is told of a frame that is no event', () => {
    const { player, found } = play(takeOf(lines));
    player.client('no JSON');
    expect(found).toMatchObject([{ message: expect.stringContaining('got a frame that is no event') }]);
  });
});

describe('what sound has caused', () => {
  const spoken: readonly Line[] = [
    [0, '<', event('session.created')],
    [10, '>', append(4800)],
    [20, '>', append(4800)],
    [30, '<', event('input_audio_buffer.speech_started')],
    [40, '>', append(4800)],
    [50, '<', event('input_audio_buffer.committed')],
    [60, '<', event('response.created')],
    [70, '>', event('response.cancel')],
    [80, '<', event('response.done')],
  ];

  it('comes when as much sound has come, in whatever pieces', () => {
    const { sent, say } = play(takeOf(spoken));
    for (let count = 0; count < 9; count++) say(append(1000));
    expect(typesOf(sent)).toEqual(['session.created']);
    say(append(600));
    expect(typesOf(sent)).toEqual(['session.created', 'input_audio_buffer.speech_started']);
    say(append(4800));
    expect(typesOf(sent).slice(2)).toEqual(['input_audio_buffer.committed', 'response.created']);
  });

  it('comes before what the client does next, whatever sound is missing', () => {
    const { sent, say } = play(takeOf(spoken));
    say(event('response.cancel'));
    expect(typesOf(sent)).toEqual(
      spoken
        .filter(([, by]) => by === '<')
        .map(([, , { type }]: readonly [number, Direction, { readonly type?: string }]) => type),
    );
  });
});

describe('ids', () => {
  it('that the client chose are its own in all that it is sent, sound and errors included', () => {
    const item = { id: 'mine', type: 'message', content: [{ type: 'input_text', text: '"id":"mine"' }] };
    const take = takeOf([
      [0, '>', event('conversation.item.create', { event_id: 'e1', item })],
      [1, '<', event('conversation.item.added', { previous_item_id: null, item })],
      [2, '<', event('response.output_audio.delta', { item_id: 'mine', delta: base64.encode(new Uint8Array(8)) })],
      [3, '<', event('error', { event_id: 'e9', error: { event_id: 'e1' } })],
      [4, '>', event('response.create', { response: { metadata: { key: 'a' } } })],
      [5, '<', event('response.created', { response: { id: 'resp_1', metadata: { key: 'a', other: 'a' } } })],
    ]);
    const { sent, say } = play(take);
    say(event('conversation.item.create', { event_id: 'x1', item: { ...item, id: 'yours' } }));
    say(event('response.create', { response: { metadata: { key: 'b' } } }));
    expect(sent.map((text): unknown => JSON.parse(text))).toEqual([
      event('conversation.item.added', { previous_item_id: null, item: { ...item, id: 'yours' } }),
      event('response.output_audio.delta', { item_id: 'yours', delta: base64.encode(new Uint8Array(8)) }),
      event('error', { event_id: 'e9', error: { event_id: 'x1' } }),
      event('response.created', { response: { id: 'resp_1', metadata: { key: 'b', other: 'a' } } }),
    ]);
  });

  it('stay as recorded where the client chose none', () => {
    const take = takeOf([
      [0, '>', event('conversation.item.create', { item: { id: 'mine' } })],
      [1, '<', event('conversation.item.added', { item: { id: 'mine' } })],
    ]);
    const { sent, say } = play(take);
    say(event('conversation.item.create', { item: {} }));
    expect(sent).toEqual([JSON.stringify(event('conversation.item.added', { item: { id: 'mine' } }))]);
  });
});
