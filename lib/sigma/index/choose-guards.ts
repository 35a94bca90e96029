import type { Predicate } from '../ast.ts';
import type { IndexedRule, RuleBase } from './base.ts';
import { positiveLeaves } from './code.ts';

/** More alternatives than this make a candidate list longer than they shorten what follows. */
const MOST_ALTERNATIVES = 8;
/** A guard that lets more than this share pass is not worth its look. */
const MOST_SHARE = 0.7;
/** Candidates an event that guards of one field must spare, so that noting its key pays. */
const KEY_PAYS = 0.1;
/** Kinds of places of which keys are noted, see `guards.ts`; the others guard only where a table is filled anyway. */
const KEYED = 'wsen';

interface Option {
  readonly guard: readonly number[];
  /** The table that knows whether the guard holds. */
  readonly table: string;
  readonly share: number;
  /** Candidates an event that it spares. */
  readonly spares: number;
}

/**
 * Chooses the guard of each rule with witnesses: another of its parts, looked up for every event as well, which is asked
 * before the rule's code is touched. At 10,000 rules an event has 16 candidates and two that pass their guard.
 */
export function chooseGuards(base: RuleBase): RuleBase {
  const options = base.rules.map((rule) => optionsOf(rule, base));
  const spared = new Map<string, number>();
  for (const option of options.flat()) spared.set(option.table, (spared.get(option.table) ?? 0) + option.spares);
  const filled = new Set(
    base.rules.flatMap(({ witnesses }) => (witnesses ?? []).map((number) => tableOf(base, number))),
  );
  const pays = ({ table }: Option): boolean =>
    filled.has(table) || (KEYED.includes(table.charAt(0)) && (spared.get(table) ?? 0) >= KEY_PAYS);
  const rules = base.rules.map((rule, index) => {
    const [best] = (options[index] ?? []).filter(pays).sort((a, b) => a.share - b.share);
    return best ? { ...rule, guard: best.guard } : rule;
  });
  return { ...base, rules };
}

function optionsOf({ node, witnesses, pair = [] }: IndexedRule, base: RuleBase): Option[] {
  if (typeof node === 'number' || node.need !== 'all' || !witnesses) return [];
  const sum = (numbers: readonly number[]): number =>
    Math.min(
      1,
      numbers.reduce((total, number) => total + (base.shares[number] ?? 1), 0),
    );
  return node.of.flatMap((part) => {
    const guard = positiveLeaves(part);
    if (!guard || guard.length === 0 || guard.length > MOST_ALTERNATIVES) return [];
    if ([...witnesses, ...pair].some((met) => guard.includes(met))) return [];
    const tables = new Set(guard.map((number) => tableOf(base, number)));
    const [table] = tables;
    if (tables.size !== 1 || table === undefined || (table.startsWith('n ') && guard.length > 1)) return [];
    const share = sum(guard);
    return share > MOST_SHARE ? [] : [{ guard, table, share, spares: sum(witnesses) * (1 - share) }];
  });
}

/** Undefined where there is none, or none that guards can use. */
function tableOf({ predicates, places }: RuleBase, number: number): string | undefined {
  const predicate = predicates[number] as Predicate;
  const place = places[number]?.toLowerCase();
  if (place === '-' || predicate.field === '') return undefined;
  return predicate.op === 'number' && predicate.compare === 'eq' ? undefined : `${place} ${predicate.field}`;
}
