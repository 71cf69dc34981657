import { describe, expect, it } from 'vitest';
import { firstPlace, hashOf, type Place, placeIn } from './address.ts';

const other: Place = {
  view: 'events',
  model: 'gpt & co',
  voice: 'marin',
  transport: 'websocket',
  detection: 'push',
  instructions: 'Speak in verse? Yes.',
  tools: ['get_time', 'roll_dice'],
  filter: { text: 'response -delta', hidden: ['sound', 'session'], by: '>' },
  event: 'session.update',
};

describe('the address of the console', () => {
  it('says where one is, and brings one back there', () => {
    expect(placeIn(hashOf(other))).toEqual(other);
    expect(placeIn(hashOf(firstPlace))).toEqual(firstPlace);
  });

  it('is short where all is as usual', () => {
    expect(hashOf(firstPlace)).toBe('#/talk');
    expect(hashOf({ ...firstPlace, view: 'turns', model: 'echo' })).toBe('#/turns?model=echo');
  });

  it.each(['', '#', '#/', '#/nowhere', '#/talk?transport=pigeon&by=x&hide=nothing,&detection=', '#?%E0%A4%A'])(
    'is the first place where it makes no sense: %s',
    (hash) => {
      expect(placeIn(hash)).toEqual(firstPlace);
    },
  );
});
