import type { CorrelationInfo, Rule } from '../../model/rule.ts';

/**
 * A correlation that depends on itself, by the keys along the shortest way: first and last are the same. Linear in the
 * rules, and without recursion, as chains may be long.
 */
export function findCycle(start: CorrelationInfo, rules: ReadonlyMap<string, Rule>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const rule of queue) {
    for (const key of rule.rules) {
      if (key === start.key) return [...wayTo(rule.key, start.key, cameFrom), key];
      const next = rules.get(key);
      if (next?.kind !== 'correlation' || cameFrom.has(key)) continue;
      cameFrom.set(key, rule.key);
      queue.push(next);
    }
  }
  return undefined;
}

function wayTo(key: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [key];
  for (let at = key; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}
