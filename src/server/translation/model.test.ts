import { describe, expect, it } from 'vitest';
import { modelOf } from '../../../test/translation/memory-session.ts';
import { openTranslating } from './model.ts';

describe('a model that cannot translate', () => {
  it('is not opened for it', () => {
    let closed = 0;
    const model = modelOf(() => [], { close: () => void (closed += 1) });
    const mute = {
      open() {
        const { translate: _, ...rest } = model.open();
        return rest;
      },
    };
    expect(openTranslating(mute)).toBeNull();
    expect(closed).toBe(1);
  });
});
