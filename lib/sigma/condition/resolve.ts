import { didYouMean } from '../../model/nearest.ts';
import type { Logic } from '../ast.ts';
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
  const resolver = new Resolver(searches);
  const logic = resolver.resolve(condition);
  return { logic, problems: resolver.problems, used: resolver.used };
}

class Resolver<T> {
  readonly problems: UnresolvedName[] = [];
  readonly used = new Set<string>();
  private readonly searches: ReadonlyMap<string, Logic<T>>;

  constructor(searches: ReadonlyMap<string, Logic<T>>) {
    this.searches = searches;
  }

  resolve(part: Condition): Logic<T> {
    if ('and' in part) return { and: part.and.map((each) => this.resolve(each)) };
    if ('or' in part) return { or: part.or.map((each) => this.resolve(each)) };
    if ('not' in part) return { not: this.resolve(part.not) };
    return 'name' in part ? this.pick(part.name) : this.quantify(part.least, part.target);
  }

  private pick(name: string): Logic<T> {
    this.used.add(name);
    const found = this.searches.get(name);
    if (found !== undefined) return found;
    const hint = didYouMean(name, this.searches.keys()) ?? this.known();
    this.problems.push({ message: `"${name}" is not a search identifier of this rule`, hint });
    return { or: [] };
  }

  private quantify(least: number | 'all', target: string): Logic<T> {
    const names = targets(target, [...this.searches.keys()]);
    if (names.length < (least === 'all' ? 1 : least)) {
      const message = `"${least} of ${target}" finds ${names.length} search identifiers`;
      this.problems.push({ message, hint: this.known() });
    }
    const of = names.map((name) => this.pick(name));
    if (least === 'all') return { and: of };
    return least === 1 ? { or: of } : { least, of };
  }

  private known(): string {
    if (this.searches.size === 0) return 'Add a search identifier, such as "selection: {field: value}".';
    return `Search identifiers: ${[...this.searches.keys()].join(', ')}.`;
  }
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
