const tokens = /"(?:[^"\\]+|\\.)*"(\s*:)?|[{}[\]]/gs;

/**
 * Whether an object anywhere in this JSON has a key twice, in whatever case: whoever reads the first, or minds no case,
 * reads something else than we do.
 */
export function hasTwinKeys(json: string): boolean {
  /** Keys of the objects that are open, outermost first; arrays have none. */
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key = String(JSON.parse(token.slice(0, -colon.length))).toLowerCase();
      const keys = open.at(-1);
      if (keys?.has(key) === true) return true;
      keys?.add(key);
    }
  }
  return false;
}
