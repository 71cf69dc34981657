/** Whether two JSON values are equal, whatever the order of their keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  const others = new Map(Object.entries(other));
  return (
    keys.length === others.size &&
    Object.entries(one).every(([key, value]) => others.has(key) && sameJson(value, others.get(key)))
  );
}
