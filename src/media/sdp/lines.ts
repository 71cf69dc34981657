/** One `m=` line and what belongs to it. */
export interface Section {
  /** `audio`, `video`, `application`, … */
  readonly media: string;
  readonly port: number;
  readonly protocol: string;
  /** Payload types, or what the protocol has in their place. Never empty. */
  readonly formats: readonly string[];
  /** The `a=` lines, without `a=`. */
  readonly attributes: readonly string[];
}

/** A session description (RFC 8866), as far as calls need it. */
export interface SessionDescription {
  /** What holds for all sections. */
  readonly attributes: readonly string[];
  readonly sections: readonly Section[];
}

/** Reads a description; null for what is none. */
export function parseSdp(text: string): SessionDescription | null {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines[0]?.trim() !== 'v=0') return null;
  const session: string[] = [];
  const sections: (Section & { readonly attributes: string[] })[] = [];
  for (const line of lines) {
    if (line.startsWith('m=')) {
      const section = parseMediaLine(line);
      if (section === null) return null;
      sections.push({ ...section, attributes: [] });
    } else if (line.startsWith('a=')) (sections.at(-1)?.attributes ?? session).push(line.slice(2).trimEnd());
  }
  return { attributes: session, sections };
}

const mediaLine = /^m=([\w-]{1,32}) (\d{1,5})(?:\/\d+)? ([\w/]{1,32}) ([\x21-\x7e]+(?: [\x21-\x7e]+)*) *$/;

function parseMediaLine(line: string): Omit<Section, 'attributes'> | null {
  const [, media, port, protocol, formats] = mediaLine.exec(line) ?? [];
  if (media === undefined || protocol === undefined || formats === undefined) return null;
  return { media, port: Number(port), protocol, formats: formats.split(' ') };
}

/** The value of `name:value`, the first of that name; null where there is none. */
export function valueOf(attributes: readonly string[], name: string): string | null {
  return valuesOf(attributes, name)[0] ?? null;
}

export function valuesOf(attributes: readonly string[], name: string): string[] {
  return attributes.flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trim()] : []));
}
