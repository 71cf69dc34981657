import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../audio/node/index.ts';
import { defaultLimits } from '../../protocol/limits.ts';
import { parseClientEvent } from '../../protocol/parse.ts';
import { readText } from './long-append.ts';

const audio = 'AAAB/w=='.padStart(100_000, 'Zm9v');
const append = 'input_audio_buffer.append';

/** Reads the text, and tells which texts were parsed for it. */
function read(text: string, maxBytes = defaultLimits.maxBytes) {
  const parsedTexts: string[] = [];
  const result = readText(text, { ...defaultLimits, maxBytes }, (each, limits) => {
    parsedTexts.push(each);
    return parseClientEvent(each, limits);
  });
  return { ...result, parsedTexts };
}

describe('a long append', () => {
  it.each([
    ['as JSON.stringify writes it', JSON.stringify({ type: append, audio })],
    ['with its audio first, and an id', JSON.stringify({ audio, type: append, event_id: 'event_1' })],
    ['with spaces', `{ "type": "${append}",\n "audio" : "${audio}" }\n`],
  ])('has its audio decoded without being parsed, %s', (_, text) => {
    const { parsed, audio: bytes, parsedTexts } = read(text);
    expect(parsed.ok && { ...parsed.event, audio }).toEqual(JSON.parse(text));
    expect(bytes).toEqual(decodeBase64(audio));
    expect(parsedTexts).toHaveLength(1);
    expect(parsedTexts[0]?.length).toBeLessThan(200);
  });

  it('of other sessions is read as well', () => {
    const limits = defaultLimits;
    const text = JSON.stringify({ type: `session.${append}`, audio });
    const { audio: bytes } = readText(text, limits, (each) => ({ ok: true, event: JSON.parse(each) }));
    expect(bytes).toEqual(decodeBase64(audio));
  });
});

describe('a long text that is anything else', () => {
  const type = `"type":"${append}"`;
  it.each([
    ['of another type', JSON.stringify({ type: 'conversation.item.create', audio })],
    ['with a field that is not known', `{${type},"audio":"${audio}","x":1}`],
    ['with its audio deeper', `{${type},"x":{"audio":"${audio}"}}`],
    ['with a field whose name ends alike', `{${type},"x\\"audio":"${audio}"}`],
    ['with audio twice', `{${type},"audio":"${audio}","audio":"AAAA"}`],
    ['with the mark as its second audio', `{${type},"audio":"${audio}","audio":"-"}`],
    ['with a second audio in escapes', `{${type},"audio":"${audio}","\\u0061udio":"-"}`],
    ['whose audio is no base64', `{${type},"audio":"${audio}*"}`],
    ['whose audio is escaped', `{${type},"audio":"${audio.replaceAll('/', '\\/')}"}`],
    ['whose audio has a quote in it', `{${type},"audio":"${audio}\\"AAAA"}`],
    ['whose audio holds a line end', `{${type},"audio":"${audio}\n"}`],
    ['whose audio does not end', `{${type},"audio":"${audio}`],
    ['which goes on after its end', `{${type},"audio":"${audio}"}}`],
    ['with much beside its audio', `{${type},"audio":"${audio}"${' '.repeat(2000)}}`],
    ['with little audio', `{${type},"audio":"AAAA"${' '.repeat(100_000)}}`],
  ])('is read as any other: %s', (_, text) => {
    const { parsed, audio: bytes } = read(text);
    expect(parsed).toEqual(parseClientEvent(text, defaultLimits));
    expect(bytes).toBeUndefined();
  });

  it('is refused by its whole length', () => {
    const text = JSON.stringify({ type: append, audio });
    expect(read(text, text.length).parsed.ok).toBe(true);
    expect(read(text, text.length - 1).parsed).toEqual(
      parseClientEvent(text, { ...defaultLimits, maxBytes: text.length - 1 }),
    );
  });
});
