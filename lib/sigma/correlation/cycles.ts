import type { CorrelationInfo, Rule } from '../../model/rule.ts';

/** A correlation that depends on itself, by the keys along the way: first and last are the same. */
export function findCycle(start: CorrelationInfo, rules: ReadonlyMap<string, Rule>): string[] | undefined {
  const done = new Set<string>();
  const walk = (rule: CorrelationInfo, path: readonly string[]): string[] | undefined => {
    for (const key of rule.rules) {
      if (key === start.key) return [...path, key];
      const next = rules.get(key);
      if (next?.kind !== 'correlation' || done.has(key)) continue;
      done.add(key);
      const cycle = walk(next, [...path, key]);
      if (cycle) return cycle;
    }
    return undefined;
  };
  return walk(start, [start.key]);
}
