import { describe, expect, it } from 'vitest';
import { frameOfEvent } from './frame.ts';
import { foldSaid, heardOf, type SaidItems } from './said.ts';

type Told = { readonly type: string; readonly [field: string]: unknown };

function folded(events: readonly (readonly [Told, number?])[]): SaidItems {
  return events.reduce<SaidItems>(
    (items, [event, soundMs = 0]) => foldSaid(items, frameOfEvent(0, '<', event), soundMs),
    new Map(),
  );
}

const words = (delta: string) => [{ type: 'response.output_audio_transcript.delta', item_id: 'i', delta }] as const;
const sound = (ms: number) => [{ type: 'response.output_audio.delta', item_id: 'i', delta: 'AAAA' }, ms] as const;
const cut = (audio_end_ms: number) => [{ type: 'conversation.item.truncated', item_id: 'i', audio_end_ms }] as const;

describe('what was heard', () => {
  it('is all of it where nothing was cut', () => {
    expect(heardOf(folded([words('One '), sound(500)]).get('i'))).toBeNull();
    expect(heardOf(undefined)).toBeNull();
  });

  it('ends where the sound was cut: words and sound that came together belong together', () => {
    const items = folded([words('One '), sound(500), words('two '), sound(500), words('three'), sound(500), cut(1000)]);
    expect(heardOf(items.get('i'))).toEqual({ heard: 'One two', unheard: ' three' });
  });

  it('is nothing where it was cut at once', () => {
    expect(heardOf(folded([words('One two'), sound(900), cut(0)]).get('i'))).toEqual({ heard: '', unheard: 'One two' });
  });

  it('goes by the tokens of sound over WebRTC, where no event brings sound', () => {
    const done = {
      type: 'response.done',
      response: { output: [{ id: 'i' }], usage: { output_token_details: { audio_tokens: 20 } } },
    };
    expect(heardOf(folded([words('One two three four'), [done], cut(500)]).get('i'))).toEqual({
      heard: 'One two',
      unheard: ' three four',
    });
  });

  it('is not guessed where nobody knows how long the answer was', () => {
    expect(heardOf(folded([words('One two'), cut(500)]).get('i'))).toBeNull();
  });
});
