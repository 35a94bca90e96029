import { textOfScalar } from '../event/fields.ts';
import type { Look, ShortEntry } from '../index/image.ts';
import { edgeHash, WINDOW, wholeHash, windowHash } from '../index/units.ts';
import type { Finder } from './finder.ts';
import { isSmall } from './key-finder.ts';
import { RangeTable } from './range-table.ts';
import { standsTest } from './stands-at.ts';
import { ThresholdTable } from './threshold-table.ts';

type FindText = (text: string) => void;
type EdgeLook = Extract<Look, { kind: 'start' | 'end' }>;

/** Looks values of one field up in all its tables: any value. What is generated does the same for plain texts. */
export class ValueFinder {
  private readonly finder: Finder;
  private readonly looks: readonly Look[];
  private readonly finds: (FindText | undefined)[] = [];
  private readonly thresholds: ThresholdTable | undefined;
  /** What small whole numbers say. */
  private readonly ofNumbers: (Int32Array | undefined)[] = [];

  constructor(finder: Finder, looks: readonly Look[]) {
    this.finder = finder;
    this.looks = looks;
    const entries = looks.flatMap((look) => (look.kind === 'threshold' ? look.entries : []));
    this.thresholds = entries.length > 0 ? new ThresholdTable(entries) : undefined;
  }

  /** Of a scalar, or an array of them. */
  find(value: unknown): void {
    if (Array.isArray(value)) for (const each of value) this.findScalar(each);
    else if (isSmall(value)) this.findSmall(value);
    else this.findScalar(value);
  }

  /** Of a text, by the look of a number. */
  findBy(index: number, text: string): void {
    let find = this.finds[index];
    if (!find) {
      find = this.finderOf(this.looks[index] as Look);
      this.finds[index] = find;
    }
    find(text);
  }

  /** Protocols and ports come as numbers, and are asked for as texts: what they say is found out once. */
  private findSmall(value: number): void {
    const { finder } = this;
    const said = this.ofNumbers[value];
    if (said) for (let at = 0; at < said.length; at++) finder.add(said[at] as number);
    else {
      // All that was found of this field is new: a field is looked up once.
      const before = finder.count;
      this.findScalar(value);
      this.ofNumbers[value] = finder.records.slice(before, finder.count);
    }
  }

  private findScalar(value: unknown): void {
    const text = textOfScalar(value);
    if (text === undefined) return;
    for (let index = 0; index < this.looks.length; index++) {
      if (this.looks[index]?.kind !== 'threshold') this.findBy(index, text);
    }
    this.thresholds?.find(value, this.finder);
  }

  private finderOf(look: Look): FindText {
    const { finder } = this;
    switch (look.kind) {
      case 'whole':
        return (text) => findWhole(finder, look, text);
      case 'start':
      case 'end':
        return (text) => findEdge(finder, look, text);
      case 'inner':
        return (text) => findInner(finder, look, text);
      case 'short':
        return findShort(finder, look.entries);
      case 'range': {
        const ranges = new RangeTable(look.entries);
        return (text) => ranges.find(text, finder);
      }
      case 'threshold':
        return (text) => this.thresholds?.find(text, finder);
    }
  }
}

function findWhole(finder: Finder, { table, samples, empty }: Extract<Look, { kind: 'whole' }>, text: string): void {
  if (text === '') for (const record of empty) finder.add(record);
  else finder.probeWhole(table.slots, table.slotShift, wholeHash(text, samples));
}

/** By windows, from the first one on, at a distance. */
function findInner(finder: Finder, { table, width, stride }: Extract<Look, { kind: 'inner' }>, text: string): void {
  for (let end = width - 1; end < text.length; end += stride) {
    finder.probeLiterals(table.slots, table.slotShift, windowHash(text, end, width), text, end);
  }
}

function findEdge(finder: Finder, { kind, windows, table }: EdgeLook, text: string): void {
  if (text.length < windows * WINDOW) return;
  const place = kind === 'start' ? 0 : text.length - 1;
  finder.probeLiterals(table.slots, table.slotShift, edgeHash(text, kind, windows), text, place);
}

function findShort(finder: Finder, entries: readonly ShortEntry[]): FindText {
  const tests = entries.map(({ literal, anchor, record }) => ({ stands: standsTest(anchor, literal), record }));
  return (text) => {
    for (const { stands, record } of tests) if (stands(text)) finder.add(record);
  };
}
