/** Any character that JSON does not write as it is: a quote, a backslash, a control character; a surrogate, which may be alone. */
const ESCAPED = /[^ !#-[\]-\uD7FF\uE000-\uFFFF]/;

/** The same but for quote and backslash, a single range and so a cheaper search. */
const CONTROL_OR_SURROGATE = /[^ -\uD7FF\uE000-\uFFFF]/;

/** From here on two searches of the engine's own for quote and backslash cost less than the longer pattern. */
const LONG = 128;

/** What `JSON.stringify` writes between the quotes of a string, in less time where nothing needs escaping: base64, ids, most text. */
export function escaped(text: string): string {
  const plain =
    text.length < LONG
      ? !ESCAPED.test(text)
      : !CONTROL_OR_SURROGATE.test(text) && !text.includes('"') && !text.includes('\\');
  return plain ? text : JSON.stringify(text).slice(1, -1);
}
