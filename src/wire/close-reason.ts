/** Bytes of UTF-8 text that a close frame holds beside its code (RFC 6455, section 5.5). */
export const maxReasonBytes = 123;

/** Bytes that the text takes as UTF-8; a lone surrogate counts as the three bytes of its replacement. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += characterBytes(character);
  return bytes;
}

/** The longest start of `reason` that fits a close frame, never ending inside a character. */
export function cutReason(reason: string): string {
  let bytes = 0;
  let kept = 0;
  for (const character of reason) {
    bytes += characterBytes(character);
    if (bytes > maxReasonBytes) return reason.slice(0, kept);
    kept += character.length;
  }
  return reason;
}

function characterBytes(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}
