import { CodeWriter, LATE, type LaidOut } from './code.ts';
import { splitEdges } from './edges.ts';
import { groupBy } from './group.ts';
import { type Guard, Guards } from './guards.ts';
import { type Hashed, writeTable } from './hash-table.ts';
import type { FieldLooks, Image, Look } from './image.ts';
import { strideOf, windowsOf } from './inner-windows.ts';
import type { Entry, Layout } from './layout.ts';
import { plainLiteral } from './required-literal.ts';
import { chooseSamples } from './samples.ts';
import { edgeHash, wholeHash, windowHash } from './units.ts';
import { WordWriter } from './word-writer.ts';

/** Writes the rules of a layout as an image. */
export function buildImage(layout: Layout): Image {
  return new ImageBuilder(layout).build();
}

/** A table whose entries are known and that is not written yet, or a look without one. */
type Draft =
  | { readonly kind: 'whole'; readonly samples: number[]; readonly entries: Hashed[]; readonly empty: number[] }
  | { readonly kind: 'start' | 'end'; readonly windows: number; readonly entries: Hashed[] }
  | { readonly kind: 'inner'; readonly stride: number; readonly entries: Hashed[] }
  | Extract<Look, { kind: 'short' | 'range' | 'threshold' }>;

/** In the place of a first witness. */
const ALWAYS = 'always';

/** Words of a record before its candidates. */
const RECORD_HEAD = 3;

/** A rule that a predicate announces, and one of its guards. */
interface Candidate {
  readonly rule: LaidOut;
  readonly guard: Guard;
}

class ImageBuilder {
  private readonly layout: Layout;
  private readonly guards: Guards;
  private readonly writer = new WordWriter();
  private readonly units: number[] = [];
  /** Predicate → the offset of its record. */
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
    const drafts = layout.tables.flatMap((table) =>
      this.draft(table.place, table.entries).map((draft) => ({ ...table, draft })),
    );
    const offsetBits = Math.ceil(Math.log2(writer.length + 1));
    const written = drafts.map(({ draft, ...table }) => ({ ...table, look: this.write(draft, offsetBits) }));
    const [early = [], late = []] = [false, true].map((which) =>
      byField(written.filter((each) => each.late === which)),
    );
    return {
      words: writer.toArray(),
      units: Uint16Array.from(this.units),
      offsetBits,
      predicates: layout.entries.map(({ predicate }) => predicate),
      always,
      early: early.filter(({ field }) => field !== ''),
      late: lateGroups(late, guards),
      groups: Uint8Array.from(layout.entries, ({ id, predicate: { field } }) =>
        layout.settled[id] === LATE ? guards.groupOf(field) : 0,
      ),
      keywords: early.find(({ field }) => field === '')?.looks ?? [],
      slots: guards.slots.size,
    };
  }

  /**
   * Writes the record of each predicate, and behind it the code of the rules that it announces first: what is read
   * together lies together. Returns where the rules begin that nothing announces.
   */
  private writeRules(): number[] {
    const { rules, entries, tables } = this.layout;
    const code = new CodeWriter(this.layout);
    const isNumber = (predicate: number): boolean => entries[predicate]?.predicate.op === 'number';
    const announced = this.announcedBy();
    // Rules with no witness at all are those that never hold: nothing asks them.
    const homes = groupBy(rules, ({ witnesses }) => (witnesses ? `${witnesses[0]}` : ALWAYS));
    const starts = new Map<LaidOut, number>();
    const place = (rule: LaidOut): void => void starts.set(rule, this.writer.push(code.codeOf(rule, isNumber)));
    for (const rule of homes.get(ALWAYS) ?? []) place(rule);
    const always = [...starts.values()];
    for (const { id } of tables.flatMap((table) => table.entries)) {
      const candidates = announced.get(id) ?? [];
      const groups = candidates.reduce((all, { guard }) => all | guard.groups, 0);
      this.records.set(id, this.writer.push([id, groups, candidates.length]));
      this.writer.reserve(candidates.length * 2);
      for (const rule of homes.get(`${id}`) ?? []) place(rule);
    }
    for (const [id, candidates] of announced) {
      const words = candidates.flatMap(({ rule, guard }) => [starts.get(rule) as number, guard.guard]);
      this.writer.set(this.recordOf(id) + RECORD_HEAD, words);
    }
    return always;
  }

  /** Predicate → the rules it announces, once for each of their guards. */
  private announcedBy(): Map<number, Candidate[]> {
    const announced = new Map<number, Candidate[]>();
    for (const rule of this.layout.rules) {
      const guards = rule.guard?.map((number) => this.guards.of(number)) ?? [this.guards.none()];
      for (const witness of rule.witnesses ?? []) {
        const others = announced.get(witness) ?? [];
        for (const guard of guards) others.push({ rule, guard });
        announced.set(witness, others);
      }
    }
    return announced;
  }

  private draft(kind: string, entries: readonly Entry[]): Draft[] {
    switch (kind) {
      case 'w':
        return [this.draftWhole(entries)];
      case 's':
        return this.draftEdges(entries, 'start');
      case 'e':
        return this.draftEdges(entries, 'end');
      case 'i':
        return [this.draftInner(entries)];
      case 'h':
        return [{ kind: 'short', entries: entries.map((entry) => this.short(entry)) }];
      default:
        return [this.draftOther(entries)];
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

  private draftEdges(entries: readonly Entry[], edge: 'start' | 'end'): Draft[] {
    return splitEdges(entries, edge).map(({ windows, entries: own }) => ({
      kind: edge,
      windows,
      entries: own.map(({ id, literal }) => ({
        hash: edgeHash(literal, edge, windows),
        offset: this.writeLiteral(id, literal, edge === 'start' ? 0 : literal.length - 1),
      })),
    }));
  }

  private draftInner(entries: readonly Entry[]): Draft {
    const literals = entries.map(({ literal }) => literal);
    const stride = strideOf(literals);
    const windows = windowsOf(literals, stride);
    return {
      kind: 'inner',
      stride,
      entries: entries.flatMap(({ id, literal }, index) =>
        (windows[index] ?? []).map((end) => ({
          hash: windowHash(literal, end),
          offset: this.writeLiteral(id, literal, end),
        })),
      ),
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

  private writeLiteral(id: number, literal: string, anchor: number): number {
    const begin = this.literals.get(id) ?? this.units.length;
    if (!this.literals.has(id)) {
      this.literals.set(id, begin);
      for (let index = 0; index < literal.length; index++) this.units.push(literal.charCodeAt(index));
    }
    return this.writer.push([this.recordOf(id), anchor, begin, begin + literal.length]);
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
