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

/** Correlations by what they count. */
export interface Order {
  /** Keys, each after those of the correlations that it counts. */
  readonly sorted: readonly string[];
  /** Keys of those that lie on a cycle, or count, over however many others, one that does. */
  readonly tangled: ReadonlySet<string>;
}

/** Sorts correlations by what they count. Linear in the rules and what they name, and without recursion. */
export function orderOf(correlations: Iterable<CorrelationInfo>): Order {
  const all = [...correlations];
  const keys = new Set(all.map(({ key }) => key));
  /** What each still waits for. */
  const open = new Map(all.map(({ key, rules }) => [key, new Set(rules.filter((rule) => keys.has(rule)))]));
  const users = usersOf(open);
  const sorted = all.flatMap(({ key }) => (open.get(key)?.size === 0 ? [key] : []));
  for (const key of sorted) {
    open.delete(key);
    for (const user of users.get(key) ?? []) {
      const rest = open.get(user);
      if (rest?.delete(key) && rest.size === 0) sorted.push(user);
    }
  }
  return { sorted, tangled: new Set(open.keys()) };
}

function usersOf(counted: ReadonlyMap<string, ReadonlySet<string>>): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const [key, rules] of counted) {
    for (const rule of rules) if (!users.get(rule)?.push(key)) users.set(rule, [key]);
  }
  return users;
}
