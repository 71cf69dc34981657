import { checks } from '../catalogue.ts';
import type { Rule } from '../check.ts';
import { lawRules } from '../laws.ts';

/** All that is known of every rule, by id: checks in the order in which they run, then the laws. */
export const rules: ReadonlyMap<string, Rule> = new Map([...checks, ...lawRules].map((rule) => [rule.id, rule]));
