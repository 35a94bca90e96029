import { CodePool, LATE } from './code.ts';
import { groupBy } from './group.ts';
import { type Guard, Guards, UNGUARDED } from './guards.ts';
import { type Hashed, writeTable } from './hash-table.ts';
import type { FieldLooks, Image, Look } from './image.ts';
import { strideOf, windowsOf } from './inner-windows.ts';
import type { Entry, Layout } from './layout.ts';
import { plainLiteral } from './required-literal.ts';
import { chooseSamples } from './samples.ts';
import { WINDOW, wholeHash, windowHash } from './units.ts';
import { WordWriter } from './word-writer.ts';

/** Writes the rules of a layout as an image. */
export function buildImage(layout: Layout): Image {
  return new ImageBuilder(layout).build();
}

/** A table whose entries are known and that is not written yet, or a look without one. */
type Draft =
  | { readonly kind: 'whole'; readonly samples: number[]; readonly entries: Hashed[]; readonly empty: number[] }
  | { readonly kind: 'start' | 'end'; readonly entries: Hashed[] }
  | { readonly kind: 'inner'; readonly stride: number; readonly entries: Hashed[] }
  | Extract<Look, { kind: 'short' | 'range' | 'threshold' }>;

/** A rule that a predicate announces: where its code begins, and one of its guards. */
interface Candidate extends Guard {
  readonly start: number;
}

class ImageBuilder {
  private readonly layout: Layout;
  private readonly guards: Guards;
  private readonly writer = new WordWriter();
  private readonly units: number[] = [];
  /** Predicate → the rules it announces. */
  private readonly candidates = new Map<number, Candidate[]>();
  private readonly records = new Map<number, number>();
  /** Predicate → where its literal begins in `units`. */
  private readonly literals = new Map<number, number>();

  constructor(layout: Layout) {
    this.layout = layout;
    this.guards = new Guards(layout);
  }

  build(): Image {
    const { layout, writer, guards } = this;
    const always = this.writeRules();
    this.writeRecords();
    const drafts = layout.tables.map((table) => ({ ...table, draft: this.draft(table.place, table.entries) }));
    const offsetBits = Math.ceil(Math.log2(writer.length + 1));
    const written = drafts.map(({ draft, ...table }) => ({ ...table, look: this.write(draft, offsetBits) }));
    const early = byField(written.filter(({ late }) => !late));
    return {
      words: writer.toArray(),
      units: Uint16Array.from(this.units),
      offsetBits,
      predicates: layout.entries.map(({ predicate }) => predicate),
      places: layout.entries.map(({ place }) => place).join(''),
      always,
      early: early.filter(({ field }) => field !== ''),
      late: lateGroups(byField(written.filter(({ late }) => late)), guards),
      groups: Uint8Array.from(layout.entries, ({ id, predicate: { field } }) =>
        layout.settled[id] === LATE ? guards.groupOf(field) : 0,
      ),
      keywords: early.find(({ field }) => field === '')?.looks ?? [],
      slots: guards.slots.size,
    };
  }

  /** Returns where the rules begin that nothing announces. */
  private writeRules(): number[] {
    const { rules } = this.layout;
    const pool = new CodePool(this.layout, this.writer.length);
    const isNumber = (predicate: number): boolean => this.layout.entries[predicate]?.predicate.op === 'number';
    const starts = rules.map((rule) => pool.add(rule, isNumber));
    this.writer.push(pool.words);
    const always: number[] = [];
    for (const [index, { witnesses, guard }] of rules.entries()) {
      const start = starts[index] as number;
      if (!witnesses) always.push(start);
      const guards = guard?.map((number) => this.guards.of(number)) ?? [UNGUARDED];
      for (const witness of witnesses ?? []) {
        const others = this.candidates.get(witness) ?? [];
        this.candidates.set(witness, others.concat(guards.map((each) => ({ start, ...each }))));
      }
    }
    return always;
  }

  private writeRecords(): void {
    for (const { entries } of this.layout.tables) {
      for (const { id } of entries) {
        const candidates = this.candidates.get(id) ?? [];
        const groups = candidates.reduce((all, each) => all | each.groups, 0);
        const words = candidates.flatMap(({ start, guard }) => [start, guard]);
        this.records.set(id, this.writer.push([id, groups, candidates.length, ...words]));
      }
    }
  }

  private draft(kind: string, entries: readonly Entry[]): Draft {
    switch (kind) {
      case 'w':
        return this.draftWhole(entries);
      case 's':
        return { kind: 'start', entries: entries.map((entry) => this.edge(entry, WINDOW - 1)) };
      case 'e':
        return { kind: 'end', entries: entries.map((entry) => this.edge(entry, entry.literal.length - 1)) };
      case 'i':
        return this.draftInner(entries);
      case 'h':
        return { kind: 'short', entries: entries.map((entry) => this.short(entry)) };
      default:
        return this.draftOther(entries);
    }
  }

  private draftWhole(entries: readonly Entry[]): Draft {
    const full = entries.filter(({ literal }) => literal !== '');
    const samples = chooseSamples(full.map(({ literal }) => literal));
    return {
      kind: 'whole',
      samples,
      entries: full.map(({ id, literal }) => ({ hash: wholeHash(literal, samples), offset: this.recordOf(id) })),
      empty: entries.filter(({ literal }) => literal === '').map(({ id }) => this.recordOf(id)),
    };
  }

  private edge({ id, literal }: Entry, end: number): Hashed {
    return { hash: windowHash(literal, end), offset: this.writeLiteral(id, literal, end) };
  }

  private draftInner(entries: readonly Entry[]): Draft {
    const literals = entries.map(({ literal }) => literal);
    const stride = strideOf(literals);
    const windows = windowsOf(literals, stride);
    return {
      kind: 'inner',
      stride,
      entries: entries.flatMap((entry, index) => (windows[index] ?? []).map((end) => this.edge(entry, end))),
    };
  }

  private short({ id, predicate, literal }: Entry) {
    const anchor = (predicate.op === 'text' && plainLiteral(predicate.tokens)?.anchor) || 'anywhere';
    return { literal, anchor, record: this.recordOf(id) };
  }

  private draftOther(entries: readonly Entry[]): Draft {
    const ranges = entries.flatMap(({ id, predicate }) =>
      predicate.op === 'cidr' ? [{ range: predicate.range, record: this.recordOf(id) }] : [],
    );
    if (ranges.length > 0) return { kind: 'range', entries: ranges };
    return {
      kind: 'threshold',
      entries: entries.flatMap(({ id, predicate }) =>
        predicate.op === 'number'
          ? [{ compare: predicate.compare, value: predicate.value, record: this.recordOf(id) }]
          : [],
      ),
    };
  }

  private write(draft: Draft, offsetBits: number): Look {
    if (draft.kind === 'short' || draft.kind === 'range' || draft.kind === 'threshold') return draft;
    const { entries, ...look } = draft;
    return { ...look, table: writeTable(this.writer, entries, offsetBits) };
  }

  private recordOf(id: number): number {
    return this.records.get(id) as number;
  }

  /** A literal with the window that it is found by. */
  private writeLiteral(id: number, literal: string, windowEnd: number): number {
    const begin = this.literals.get(id) ?? this.units.length;
    if (!this.literals.has(id)) {
      this.literals.set(id, begin);
      for (let index = 0; index < literal.length; index++) this.units.push(literal.charCodeAt(index));
    }
    return this.writer.push([this.recordOf(id), windowEnd, begin, begin + literal.length]);
  }
}

function byField(tables: readonly { readonly field: string; readonly look: Look }[]): FieldLooks[] {
  const fields = groupBy(tables, ({ field }) => field);
  return [...fields].map(([field, own]) => ({ field, looks: own.map(({ look }) => look) }));
}

/** Fields by their groups, with what is wanted of their numbers; some for nothing else. */
function lateGroups(late: readonly FieldLooks[], guards: Guards): FieldLooks[][] {
  const groups: FieldLooks[][] = [];
  const looks = new Map(late.map((each) => [each.field, each.looks]));
  for (const field of new Set([...guards.slots.keys(), ...looks.keys()])) {
    const slot = guards.slots.get(field);
    const group = guards.groupOf(field);
    const own = { field, looks: looks.get(field) ?? [], ...(slot !== undefined && { slot }) };
    groups[group] = [...(groups[group] ?? []), own];
  }
  return groups;
}
