/** How a request says who asks; `''` is nobody in particular. */
export function authorization(key: string): Record<string, string> {
  return key === '' ? {} : { Authorization: `Bearer ${key}` };
}
