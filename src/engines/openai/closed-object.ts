/** Tells whether a text that comes in pieces is a whole JSON object by now, however long it is: each piece is read once. */
export interface ClosedObject {
  readonly text: string;
  readonly length: number;
  push(text: string): void;
  /** Nothing can follow an object that is closed. */
  isWhole(): boolean;
}

export function closedObject(): ClosedObject {
  let text = '';
  let depth = 0;
  let isInText = false;
  let isEscaped = false;
  /** Whether it is whole; null while it is open, or nobody has asked. */
  let verdict: boolean | null = null;

  function read(character: string): void {
    if (isEscaped) isEscaped = false;
    else if (character === '"') isInText = !isInText;
    else if (character === '\\') isEscaped = isInText;
    else if (isInText) return;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
  }

  return {
    get text() {
      return text;
    },
    get length() {
      return text.length;
    },
    push(more) {
      if (verdict === true && more.trim() !== '') verdict = false;
      text += more;
      for (const character of more) read(character);
    },
    isWhole() {
      if (verdict === null && depth <= 0 && !isInText && text.trimEnd().endsWith('}')) verdict = isJson(text);
      return verdict === true;
    },
  };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
