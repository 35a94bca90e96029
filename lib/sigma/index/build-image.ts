import { type Announced, announcedBy, announcementsOf, isAlways, nameOf } from './announcements.ts';
import { CodeWriter } from './code.ts';
import { type Draft, type Drafted, type DraftLiteral, draftsOf, literalsOf } from './drafts.ts';
import { groupBy } from './group.ts';
import { Guards, keyOf, NO_GUARD, slotOf } from './guards.ts';
import { writeTable } from './hash-table.ts';
import {
  CANDIDATE,
  type FieldLooks,
  type HashTable,
  type Image,
  type Look,
  type PairLook,
  RECORD_HEAD,
} from './image.ts';
import { pairHash } from './keys.ts';
import type { LaidOut, Layout } from './layout.ts';
import { anchorWord, literalWords } from './literal-words.ts';
import { WordWriter } from './word-writer.ts';

/** Writes the rules of a layout as an image. */
export function buildImage(layout: Layout): Image {
  return new ImageBuilder(layout).build();
}

class ImageBuilder {
  private readonly layout: Layout;
  private readonly guards: Guards;
  private readonly writer = new WordWriter();
  private readonly code: CodeWriter;
  /** Name of an announcement → the offset of its record. */
  private readonly records = new Map<string, number>();
  /** One more than the highest number of a record. */
  private numbers = 0;
  /** Where the code of rules begins. */
  private readonly starts = new Map<LaidOut, number>();
  /** Predicate and anchor → where that anchor of its literal stands. */
  private readonly anchors = new Map<string, number>();

  constructor(layout: Layout) {
    this.layout = layout;
    this.guards = new Guards(layout);
    this.code = new CodeWriter(layout, this.guards);
  }

  build(): Image {
    const { layout, writer, guards } = this;
    const drafts = layout.tables.flatMap((table) =>
      draftsOf(table, guards).map((draft) => ({ field: table.field, draft })),
    );
    const always = layout.rules.filter(isAlways).map((rule) => this.writeRule(rule));
    this.writeRecords(
      groupBy(
        drafts.flatMap(({ draft }) => literalsOf(draft)),
        ({ id }) => nameOf(id),
      ),
    );
    const offsetBits = Math.ceil(Math.log2(writer.length + 1));
    const looks = drafts.map(({ field, draft }) => ({ field, look: this.writeLook(draft, offsetBits) }));
    const pairs = this.writePairs(offsetBits);
    const early = this.byField(looks);
    return {
      words: writer.toArray(),
      offsetBits,
      predicates: layout.entries.map(({ predicate }) => predicate),
      size: layout.entries.length,
      numbers: this.numbers,
      always,
      early: early.filter(({ field }) => field !== ''),
      late: guards.late(),
      groups: guards.groups,
      pairs,
      keywords: early.find(({ field }) => field === '')?.looks ?? [],
    };
  }

  private byField(tables: readonly { readonly field: string; readonly look: Look }[]): FieldLooks[] {
    const fields = groupBy(tables, ({ field }) => field);
    const keys = this.guards.early();
    for (const field of keys.keys()) fields.set(field, fields.get(field) ?? []);
    return [...fields].map(([field, own]) => ({
      field,
      looks: own.map(({ look }) => look),
      keys: keys.get(field) ?? [],
    }));
  }

  /**
   * Writes a record for each announcement: before it the literal by which it is found, behind it the code of the rules
   * that it announces first. What is read together lies together, as each line of memory has to come from afar.
   */
  private writeRecords(literals: ReadonlyMap<string, readonly DraftLiteral[]>): void {
    const announced = announcedBy(this.layout);
    for (const [name, { number, rules }] of announced) {
      this.numbers = Math.max(this.numbers, number + 1);
      this.writeLiteral(literals.get(name) ?? []);
      const guards = rules.flatMap((rule) => this.guardsOf(rule));
      const groups = guards.reduce((all, guard) => all | this.guards.groupsOf(guard), 0);
      this.records.set(name, this.writer.push([number, groups, guards.length]));
      this.writer.reserve(guards.length * CANDIDATE);
      for (const rule of rules) if (announcementsOf(rule)[0]?.name === name) this.writeRule(rule);
    }
    for (const [name, each] of announced) this.writeCandidates(this.records.get(name) as number, each);
  }

  private writeCandidates(record: number, { rules }: Announced): void {
    const words = rules.flatMap((rule) =>
      this.guardsOf(rule).flatMap((guard) => [this.starts.get(rule) as number, guard]),
    );
    this.writer.set(record + RECORD_HEAD, words);
  }

  private writeRule(rule: LaidOut): number {
    const start = this.writer.push(this.code.codeOf(rule));
    this.starts.set(rule, start);
    return start;
  }

  /** Of one predicate: its anchors, then the literal. */
  private writeLiteral(entries: readonly DraftLiteral[]): void {
    const [first] = entries;
    if (!first) return;
    const anchors = [...new Set(entries.map(({ anchor }) => anchor))];
    const start = this.writer.push(anchors.map((anchor, index) => anchorWord(anchor, anchors.length - index)));
    for (const [index, anchor] of anchors.entries()) this.anchors.set(`${first.id} ${anchor}`, start + index);
    this.writer.push(literalWords(first.literal));
  }

  /** What guards a rule: one of them must let pass. */
  private guardsOf({ guard = [] }: LaidOut): number[] {
    const all = guard.map((number) => this.guards.of(number));
    const known = all.filter((each) => each !== undefined);
    return known.length > 0 && known.length === all.length ? [...new Set(known)] : [NO_GUARD];
  }

  private writeLook(draft: Draft, offsetBits: number): Look {
    switch (draft.kind) {
      case 'whole': {
        const { entries, empty, ...look } = draft;
        const hashes = entries.map(({ id, hash }) => ({ hash, offset: this.recordOf(id) }));
        const table = writeTable(this.writer, hashes, offsetBits);
        return { ...look, table, empty: empty.map((id) => this.recordOf(id)) };
      }
      case 'short':
        return { kind: 'short', entries: draft.entries.map((entry) => this.withRecord(entry)) };
      case 'range':
        return { kind: 'range', entries: draft.entries.map((entry) => this.withRecord(entry)) };
      case 'threshold':
        return { kind: 'threshold', entries: draft.entries.map((entry) => this.withRecord(entry)) };
      default: {
        const { entries, ...look } = draft;
        return { ...look, table: this.writeLiteralTable(entries, offsetBits) };
      }
    }
  }

  private writeLiteralTable(entries: readonly DraftLiteral[], offsetBits: number): HashTable {
    const hashes = entries.map(({ id, hash, anchor }) => ({
      hash,
      offset: this.anchors.get(`${id} ${anchor}`) as number,
    }));
    return writeTable(this.writer, hashes, offsetBits);
  }

  private withRecord<T extends Drafted<object>>({ id, ...entry }: T): Omit<T, 'id'> & { record: number } {
    return { ...entry, record: this.recordOf(id) };
  }

  private recordOf(id: number): number {
    return this.records.get(nameOf(id)) as number;
  }

  /** Writes the tables of pairs. */
  private writePairs(offsetBits: number): PairLook[] {
    const paired = this.layout.rules.filter(({ pair }) => pair !== undefined);
    const byFields = groupBy(paired, (rule) => `${this.slotsOf(rule)}`);
    return [...byFields.values()].map((rules) => {
      const hashes = new Map(
        rules.flatMap(announcementsOf).map(({ name, predicate, partner = 0 }) => {
          const [first, second] = [predicate, partner].map((number) => keyOf(this.guards.of(number) as number));
          const hash = pairHash(first as number, second as number);
          return [name, { hash, offset: this.records.get(name) as number }];
        }),
      );
      return {
        slots: this.slotsOf(rules[0] as LaidOut),
        table: writeTable(this.writer, [...hashes.values()], offsetBits),
        starts: rules.map((rule) => this.starts.get(rule) as number),
      };
    });
  }

  /** Where the keys of the two fields of a pair are noted. */
  private slotsOf({ witnesses = [], pair = [] }: LaidOut): [number, number] {
    const slotOfFirst = ([number]: readonly number[]): number => slotOf(this.guards.of(number as number) as number);
    return [slotOfFirst(witnesses), slotOfFirst(pair)];
  }
}
