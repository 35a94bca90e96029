import { didYouMean } from '../../model/nearest.ts';
import type { Comparator } from '../../model/rule.ts';
import { type Item, TIME_PARTS, type TimePart } from '../ast.ts';

export type Encoder = 'windash' | 'base64' | 'base64offset' | 'utf16le' | 'utf16be' | 'utf16';
export type Place = 'contains' | 'startswith' | 'endswith';

/** The modifiers of an item, checked and sorted by what they do. */
export interface Plan {
  readonly kind: 'text' | 'regex' | 'cidr' | 'number' | 'time' | 'exists' | 'fieldref';
  readonly all: boolean;
  readonly neq: boolean;
  readonly cased: boolean;
  readonly expand: boolean;
  readonly place?: Place;
  /** In the order written. */
  readonly encoders: readonly Encoder[];
  /** `i`, `m`, `s` of `re`. */
  readonly flags: string;
  readonly compare: Comparator;
  readonly part?: TimePart;
}

export interface PlanProblem {
  readonly message: string;
  readonly hint?: string;
  /** The value it lies in; absent when it is the item's own. */
  readonly at?: { readonly line: number; readonly column: number };
}

const ALIASES: Readonly<Record<string, string>> = {
  wide: 'utf16le',
  ignorecase: 'i',
  multiline: 'm',
  dotall: 's',
};
const PLACES = ['contains', 'startswith', 'endswith'];
const ENCODERS = ['windash', 'base64', 'base64offset', 'utf16le', 'utf16be', 'utf16'];
const FLAGS = ['i', 'm', 's'];
const COMPARATORS = ['gt', 'gte', 'lt', 'lte'];
const ANYWHERE = ['all', 'neq', 'expand'];

/** Every modifier that a rule may use. */
export const MODIFIERS: readonly string[] = [
  ...PLACES,
  ...ENCODERS,
  ...FLAGS,
  ...COMPARATORS,
  ...ANYWHERE,
  ...TIME_PARTS,
  ...Object.keys(ALIASES),
  'exists',
  'cased',
  're',
  'cidr',
  'fieldref',
];

/** Which modifiers each kind goes with, besides itself. */
const GOES_WITH: Readonly<Record<Plan['kind'], readonly string[]>> = {
  text: [...PLACES, ...ENCODERS, ...ANYWHERE, 'cased'],
  regex: ['re', ...FLAGS, ...PLACES, 'all', 'neq'],
  cidr: ['cidr', ...ANYWHERE],
  number: [...COMPARATORS, 'all', 'expand'],
  time: [...TIME_PARTS, ...COMPARATORS, ...ANYWHERE],
  exists: ['exists'],
  fieldref: ['fieldref', ...PLACES, 'all', 'neq', 'cased'],
};

/** Sorts an item's modifiers, or says what is wrong with them. */
export function planOf(item: Item): Plan | PlanProblem {
  const names = item.modifiers.map((name) => ALIASES[name] ?? name);
  const problem = unknownModifier(item) ?? wrongOrder(names) ?? wrongPair(names) ?? wrongKeyword(item, names);
  if (problem) return problem;
  const has = (name: string): boolean => names.includes(name);
  const place = PLACES.find(has) as Place | undefined;
  const part = TIME_PARTS.find(has);
  return {
    kind: kindOf(names),
    all: has('all'),
    neq: has('neq'),
    cased: has('cased'),
    expand: has('expand'),
    encoders: names.filter((name) => ENCODERS.includes(name)) as Encoder[],
    flags: FLAGS.filter(has).join(''),
    compare: (COMPARATORS.find(has) ?? 'eq') as Comparator,
    ...(place && { place }),
    ...(part && { part }),
  };
}

function kindOf(names: readonly string[]): Plan['kind'] {
  if (names.includes('exists')) return 'exists';
  if (names.includes('re')) return 'regex';
  if (names.includes('cidr')) return 'cidr';
  if (names.includes('fieldref')) return 'fieldref';
  if (names.some((name) => (TIME_PARTS as readonly string[]).includes(name))) return 'time';
  return names.some((name) => COMPARATORS.includes(name)) ? 'number' : 'text';
}

function unknownModifier(item: Item): PlanProblem | undefined {
  const unknown = item.modifiers.find((name) => !MODIFIERS.includes(name));
  if (unknown === undefined) return undefined;
  if (unknown === '')
    return { message: 'a modifier is empty', hint: 'Take out one "|": each stands before the name of a modifier.' };
  const hint = didYouMean(unknown, MODIFIERS) ?? `Modifiers: ${[...MODIFIERS].sort().join(', ')}.`;
  return { message: `"${unknown}" is not a modifier`, hint };
}

function wrongOrder(names: readonly string[]): PlanProblem | undefined {
  const first = names.filter((name) => !ANYWHERE.includes(name))[0];
  for (const name of ['re', 'cidr']) {
    if (names.includes(name) && first !== name) return { message: `${name} must be the first modifier` };
  }
  const flag = names.find((name) => FLAGS.includes(name));
  if (flag && !names.includes('re')) return { message: `${flag} is a flag of re`, hint: `Write re|${flag}.` };
  const place = names.findIndex((name) => PLACES.includes(name));
  const late = place < 0 ? undefined : names.slice(place).find((name) => ENCODERS.includes(name) && name !== 'windash');
  if (late) return { message: `${late} must stand before ${names[place]}`, hint: `Write ${late}|${names[place]}.` };
  return undefined;
}

function wrongPair(names: readonly string[]): PlanProblem | undefined {
  const kind = kindOf(names);
  if (kind === 'exists' && names.length > 1) {
    return { message: 'exists must be the only modifier', hint: 'Use another item, or "not" in the condition.' };
  }
  const stranger = names.find((name) => !GOES_WITH[kind].includes(name));
  if (stranger) {
    const other = names.find((name) => !GOES_WITH.text.includes(name)) ?? kind;
    return { message: `${stranger} does not go with ${other === stranger ? kind : other}`, hint: pairHint(stranger) };
  }
  for (const group of [PLACES, COMPARATORS, TIME_PARTS as readonly string[]]) {
    const used = [...new Set(names.filter((name) => group.includes(name)))];
    if (used.length > 1) return { message: `${used.join(' and ')} exclude each other`, hint: 'Use one item each.' };
  }
  return undefined;
}

function pairHint(stranger: string): string {
  if (stranger === 'cased') return 'Regular expressions are case-sensitive unless |i follows.';
  if (stranger === 'neq') return 'Use the opposite comparison.';
  return 'Use two items.';
}

function wrongKeyword(item: Item, names: readonly string[]): PlanProblem | undefined {
  if (item.field !== '') return undefined;
  const kind = kindOf(names);
  if (kind === 'text' || kind === 'regex' || kind === 'cidr') return undefined;
  return { message: `${names[0]} needs a field`, hint: 'Write the field before the first "|".' };
}
