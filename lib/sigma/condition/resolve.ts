import type { Logic } from '../ast.ts';
import { didYouMean } from '../parse/nearest.ts';
import type { Condition } from './parse.ts';

/** What a condition named that is not there. */
export interface UnresolvedName {
  readonly message: string;
  readonly hint?: string;
}

/** A condition with identifiers replaced by what they stand for. */
export interface Resolved<T> {
  readonly logic: Logic<T>;
  readonly problems: readonly UnresolvedName[];
  /** Identifiers that the condition uses. */
  readonly used: ReadonlySet<string>;
}

/** Puts search identifiers in their places. */
export function resolveCondition<T>(condition: Condition, searches: ReadonlyMap<string, Logic<T>>): Resolved<T> {
  const problems: UnresolvedName[] = [];
  const used = new Set<string>();
  const pick = (name: string): Logic<T> => {
    used.add(name);
    const found = searches.get(name);
    if (found !== undefined) return found;
    const hint = didYouMean(name, searches.keys()) ?? `Search identifiers: ${[...searches.keys()].join(', ')}.`;
    problems.push({ message: `"${name}" is not a search identifier of this rule`, hint });
    return { or: [] };
  };
  const resolve = (part: Condition): Logic<T> => {
    if ('and' in part) return { and: part.and.map(resolve) };
    if ('or' in part) return { or: part.or.map(resolve) };
    if ('not' in part) return { not: resolve(part.not) };
    if ('name' in part) return pick(part.name);
    const names = targets(part.target, [...searches.keys()]);
    const least = part.least === 'all' ? names.length : part.least;
    if (names.length === 0 || names.length < least) {
      problems.push({
        message: `"${part.least} of ${part.target}" finds ${names.length} search identifiers`,
        hint: `Search identifiers: ${[...searches.keys()].join(', ')}.`,
      });
    }
    const of = names.map(pick);
    if (part.least === 'all') return { and: of };
    return part.least === 1 ? { or: of } : { least: part.least, of };
  };
  return { logic: resolve(condition), problems, used };
}

/** `them`: all but `_…`. A pattern that itself begins with `_` reaches those, too. */
function targets(target: string, names: readonly string[]): string[] {
  if (target === 'them') return names.filter((name) => !name.startsWith('_'));
  const pattern = new RegExp(`^${target.split('*').map(escapeRegExp).join('.*')}$`);
  return names.filter((name) => pattern.test(name) && (target.startsWith('_') || !name.startsWith('_')));
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
