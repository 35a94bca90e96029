import type { Predicate } from '../ast.ts';
import { splitEdges } from './edges.ts';
import { groupBy } from './group.ts';
import type { FieldLooks } from './image.ts';
import { KEY_BITS, type KeyKind, type KeyLook, keyOfLess, keyOfMore, keyOfText } from './keys.ts';
import type { Entry, Layout } from './layout.ts';
import { chooseSamples } from './samples.ts';

/**
 * What guards a candidate, as one number of 32 bits: a slot, where a key of a field is noted, and above which limit that
 * key must not lie below, or, when the highest bit is set, must equal.
 *
 *     1 bit: equal · 6 bits: slot · 25 bits: limit
 *
 * The last slot stands for no key: the limit is then a predicate that must have been found.
 */

const SLOT_BITS = 6;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const LIMIT_MASK = (1 << KEY_BITS) - 1;
/** Upper bits of a guard that asks for a predicate that was found. */
const FOUND = (1 << (SLOT_BITS + 1)) - 1;

/** Slots for keys. Slot 0 holds a key that lets everything pass. */
export const SLOTS = SLOT_MASK;
/** What guards a rule without a guard. */
export const NO_GUARD = 0;

/** Fields of which keys are noted when a guard asks for them come in groups, a field each but for the last one. */
export const MOST_GROUPS = 31;

/** Whether a guard asks for a predicate that was found. */
export function asksFound(guard: number): boolean {
  return guard >>> KEY_BITS === FOUND;
}

/** The predicate that such a guard asks for. */
export function foundBy(guard: number): number {
  return guard & LIMIT_MASK;
}

/** 1 when the keys let a guard pass that asks for one; else 0. No branches: whether it does cannot be foretold. */
export function passes(guard: number, keys: Int32Array): number {
  const above = (keys[(guard >>> KEY_BITS) & SLOT_MASK] as number) - (guard & LIMIT_MASK);
  // Below zero when the key lies below the limit, or lies above it and had to be equal.
  return ((above | (-above & (guard >> 31))) >>> 31) ^ 1;
}

/** The slot of the key that a guard asks for. */
export function slotOf(guard: number): number {
  return (guard >>> KEY_BITS) & SLOT_MASK;
}

/** The key that a guard asks for. */
export function keyOf(guard: number): number {
  return guard & LIMIT_MASK;
}

function pack(slot: number, equal: boolean, limit: number): number {
  return (equal ? 1 << 31 : 0) | (slot << KEY_BITS) | limit;
}

/** Gives guards their numbers, and keys their slots. */
export class Guards {
  /** By slot: the group of its field, or −1 when its key is noted for every event. */
  readonly groups: number[] = [-1];
  private readonly layout: Layout;
  /** Name of a key → where it is noted. */
  private readonly looks = new Map<string, { readonly field: string; readonly look: KeyLook }>();
  /** Predicate → its guard, of beginnings and ends. */
  private readonly edges = new Map<number, number>();
  private readonly groupOfField = new Map<string, number>();
  /** Fields of pairs. */
  private readonly paired: ReadonlySet<string>;

  constructor(layout: Layout) {
    this.layout = layout;
    const paired = layout.rules.flatMap(({ witnesses = [], pair }) => (pair ? [...witnesses, ...pair] : []));
    this.paired = new Set(paired.map((number) => (layout.entries[number] as Entry).predicate.field));
    const guards = new Set([...paired, ...layout.rules.flatMap(({ guard = [] }) => guard)]);
    const byKind = groupBy(
      [...guards].map((number) => layout.entries[number] as Entry).filter((entry) => this.isKeyed(entry)),
      (entry) => `${entry.place.toLowerCase()} ${entry.predicate.field}`,
    );
    // Those of pairs first, then those that most guards ask for: there may be more than slots.
    const rank = (entries: readonly Entry[]): number => entries.length + (this.isPaired(entries) ? 1e9 : 0);
    for (const entries of [...byKind.values()].sort((a, b) => rank(b) - rank(a))) this.placeKeys(entries);
  }

  /** Field → its keys that are noted for every event. */
  early(): Map<string, KeyLook[]> {
    return this.keysBy((group) => group === -1);
  }

  /** By group: the fields whose keys are noted when a guard asks for them. */
  late(): FieldLooks[][] {
    const late: FieldLooks[][] = [];
    for (const [field, keys] of this.keysBy((group) => group !== -1)) {
      const group = this.groupOfField.get(field) as number;
      late[group] = [...(late[group] ?? []), { field, looks: [], keys }];
    }
    return late;
  }

  private keysBy(isWanted: (group: number) => boolean): Map<string, KeyLook[]> {
    const wanted = [...this.looks.values()].filter(({ look }) => isWanted(this.groups[look.slot] as number));
    const fields = groupBy(wanted, ({ field }) => field);
    return new Map([...fields].map(([field, own]) => [field, own.map(({ look }) => look)]));
  }

  /** The guard that a predicate is; undefined when no key is noted for it, and it is not found for every event. */
  of(number: number): number | undefined {
    const entry = this.layout.entries[number] as Entry;
    if (!this.isKeyed(entry)) return this.layout.early[number] === 1 ? pack(FOUND, true, number) : undefined;
    const { predicate, place, literal } = entry;
    if (place !== 'w' && place !== 'N') return this.edges.get(number);
    const look = this.looks.get(nameOf(predicate.field, place === 'w' ? 'whole' : directionOf(entry)))?.look;
    return look && guardOf(look, predicate, literal);
  }

  /** The groups, a bit each, that must have been looked up before a guard is asked. */
  groupsOf(guard: number): number {
    const group = asksFound(guard) ? -1 : (this.groups[slotOf(guard)] as number);
    return group === -1 ? 0 : 1 << group;
  }

  /** Samples of the hashes of a field's whole values; undefined when no key is made of them. */
  samplesOf(field: string): readonly number[] | undefined {
    const look = this.looks.get(nameOf(field, 'whole'))?.look;
    return look?.kind === 'whole' ? look.samples : undefined;
  }

  /** Whether a key tells of a predicate: of whole values, and of numbers, beginnings and ends that nothing else finds. */
  private isKeyed({ id, place, predicate }: Entry): boolean {
    if (predicate.field === '' || (predicate.op === 'number' && predicate.compare === 'eq')) return false;
    return place === 'w' || (this.layout.early[id] === 0 && 'NsSeE'.includes(place));
  }

  private isPaired([first]: readonly Entry[]): boolean {
    return first?.place === 'w' && this.paired.has(first.predicate.field);
  }

  /** Gives keys to guards of one field and one kind of place. */
  private placeKeys(entries: readonly Entry[]): void {
    const [{ place, predicate }] = entries as [Entry];
    const { field } = predicate;
    if (place === 'w') this.placeWhole(field, entries);
    else if (place !== 'N') this.placeEdges(field, entries, place.toLowerCase() === 's' ? 'start' : 'end');
    else for (const kind of new Set(entries.map(directionOf))) this.place(field, kind, { kind });
  }

  private placeEdges(field: string, guards: readonly Entry[], kind: 'start' | 'end'): void {
    for (const { windows, entries } of splitEdges(guards, kind, 1)) {
      const look = this.place(field, `${kind} ${windows}`, { kind, windows });
      if (!look) continue;
      for (const { id, predicate, literal } of entries) this.edges.set(id, guardOf(look, predicate, literal));
    }
  }

  private placeWhole(field: string, guards: readonly Entry[]): void {
    const table = this.layout.tables.find((each) => each.field === field && each.place === 'w');
    const entries = [...(table?.entries ?? []), ...guards];
    const literals = [...new Set(entries.map(({ literal }) => literal))].filter((literal) => literal !== '');
    const early = table !== undefined || this.paired.has(field);
    this.place(field, 'whole', { kind: 'whole', samples: chooseSamples(literals) }, early);
  }

  private place(field: string, name: string, kind: KeyKind, early = false): KeyLook | undefined {
    const slot = this.groups.length;
    if (slot >= SLOTS) return undefined;
    const look: KeyLook = { ...kind, slot };
    this.looks.set(nameOf(field, name), { field, look });
    this.groups.push(early ? -1 : this.lateGroupOf(field));
    return look;
  }

  private lateGroupOf(field: string): number {
    const group = this.groupOfField.get(field) ?? Math.min(this.groupOfField.size, MOST_GROUPS - 1);
    this.groupOfField.set(field, group);
    return group;
  }
}

function nameOf(field: string, kind: string): string {
  return `${kind} ${field}`;
}

/** In which direction a number must differ from its limit. */
function directionOf({ predicate }: Entry): 'more' | 'less' {
  return predicate.op === 'number' && predicate.compare.startsWith('g') ? 'more' : 'less';
}

function guardOf(look: KeyLook, predicate: Predicate, literal: string): number {
  if (predicate.op !== 'number') return pack(look.slot, true, keyOfText(look, literal));
  return pack(look.slot, false, look.kind === 'more' ? keyOfMore(predicate.value) : keyOfLess(predicate.value));
}
