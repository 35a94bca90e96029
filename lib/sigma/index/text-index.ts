import { fold } from '../compile/fold.ts';
import { Filter, fingerprint, MASK, UNITS, WINDOW, windowAt } from './units.ts';

/** Where a literal must stand in a value. */
export type Anchor = 'whole' | 'start' | 'end' | 'anywhere';

interface Needle {
  /** Folded. */
  readonly literal: string;
  /** `anywhere`: where the window that finds it ends, from its start. */
  readonly offset: number;
  readonly id: number;
}

/** Needles by the number of a window or a fingerprint. */
class Buckets {
  readonly filter: Filter;

  constructor(size: number) {
    this.filter = new Filter(size);
  }
  private readonly needles = new Map<number, Needle[]>();

  add(number: number, needle: Needle): void {
    this.filter.add(number);
    const bucket = this.needles.get(number);
    if (bucket) bucket.push(needle);
    else this.needles.set(number, [needle]);
  }

  get(number: number): readonly Needle[] {
    return this.needles.get(number) ?? [];
  }
}

/**
 * Finds which of many literals stand in a value, ignoring case: whole values by a fingerprint, beginnings and ends by
 * one window, others by a pass over the value's windows. Nothing is folded unless something is found.
 */
export class TextIndex {
  private readonly size: number;
  private whole: Buckets | undefined;
  private starts: Buckets | undefined;
  private ends: Buckets | undefined;
  private inner: Buckets | undefined;
  /** Shorter than a window: looked for one by one. */
  private readonly short: { readonly anchor: Anchor; readonly literal: string; readonly id: number }[] = [];

  constructor(entries: readonly { readonly anchor: Anchor; readonly literal: string; readonly id: number }[]) {
    this.size = entries.length;
    const counts = new Map<number, number>();
    for (const { anchor, literal } of entries) {
      if (anchor !== 'anywhere') continue;
      for (let end = WINDOW - 1; end < literal.length; end++) {
        const window = windowAt(literal, end);
        counts.set(window, (counts.get(window) ?? 0) + 1);
      }
    }
    for (const entry of entries) this.add(entry, counts);
  }

  private add(entry: { anchor: Anchor; literal: string; id: number }, counts: ReadonlyMap<number, number>): void {
    const { anchor, literal, id } = entry;
    const needle = { literal, offset: 0, id };
    if (anchor === 'whole' && literal !== '') {
      this.whole ??= new Buckets(this.size);
      this.whole.add(fingerprint(literal), needle);
    } else if (literal.length < WINDOW) this.short.push(entry);
    else this.addWindow(anchor, needle, counts);
  }

  private addWindow(anchor: Anchor, needle: Needle, counts: ReadonlyMap<number, number>): void {
    const { literal } = needle;
    if (anchor === 'start') {
      this.starts ??= new Buckets(this.size);
      this.starts.add(windowAt(literal, WINDOW - 1), needle);
    } else if (anchor === 'end') {
      this.ends ??= new Buckets(this.size);
      this.ends.add(windowAt(literal, literal.length - 1), needle);
    } else {
      const offset = rarestWindow(literal, counts);
      this.inner ??= new Buckets(this.size);
      this.inner.add(windowAt(literal, offset), { ...needle, offset });
    }
  }

  /** Hands the id of each literal that stands where it must to `found`, maybe more than once. */
  find(text: string, found: Finds): void {
    const { length } = text;
    if (this.whole && length > 0) {
      const number = fingerprint(text);
      if (this.whole.filter.has(number)) this.check(this.whole.get(number), 'whole', text, found);
    }
    if (length >= WINDOW) this.findAnchored(text, found);
    if (this.inner) this.scan(this.inner, text, found);
    if (this.short.length > 0) this.findShort(text, found);
  }

  /** True when values can be told apart by a few of their characters: no literal may stand anywhere. */
  isAnchored(): boolean {
    return !this.inner && this.short.length === 0;
  }

  /** Of an anchored index: false when nothing stands in the text, true when something may. */
  mayFind(text: string): boolean {
    const { length } = text;
    if (length === 0) return true;
    if (this.whole?.filter.has(fingerprint(text))) return true;
    if (length < WINDOW) return false;
    return (
      (this.starts?.filter.has(windowAt(text, WINDOW - 1)) ?? false) ||
      (this.ends?.filter.has(windowAt(text, length - 1)) ?? false)
    );
  }

  private findAnchored(text: string, found: Finds): void {
    if (this.starts) {
      const number = windowAt(text, WINDOW - 1);
      if (this.starts.filter.has(number)) this.check(this.starts.get(number), 'start', text, found);
    }
    if (this.ends) {
      const number = windowAt(text, text.length - 1);
      if (this.ends.filter.has(number)) this.check(this.ends.get(number), 'end', text, found);
    }
  }

  private check(needles: readonly Needle[], anchor: Anchor, text: string, found: Finds): void {
    let folded: string | undefined;
    for (const { literal, id } of needles) {
      // Most texts that match do so as they are: folding costs more.
      if (!stands(text, anchor, literal)) {
        folded ??= fold(text);
        if (!stands(folded, anchor, literal)) continue;
      }
      found.add(id);
    }
  }

  private findShort(text: string, found: Finds): void {
    const folded = fold(text);
    for (const { anchor, literal, id } of this.short) if (stands(folded, anchor, literal)) found.add(id);
  }

  private scan(inner: Buckets, text: string, found: Finds): void {
    const { filter } = inner;
    let folded: string | undefined;
    let window = 0;
    for (let index = 0; index < text.length; index++) {
      window = ((window << 6) ^ (UNITS[text.charCodeAt(index)] as number)) & MASK;
      if (!filter.has(window)) continue;
      folded ??= fold(text);
      for (const { literal, offset, id } of inner.get(window)) {
        if (index >= offset && folded.startsWith(literal, index - offset)) found.add(id);
      }
    }
  }
}

/** Collects numbers, each once. */
export class Finds {
  readonly ids: number[] = [];

  add(id: number): void {
    if (!this.ids.includes(id)) this.ids.push(id);
  }
}

/** The end of the window that the fewest literals share. */
function rarestWindow(literal: string, counts: ReadonlyMap<number, number>): number {
  let best = WINDOW - 1;
  let fewest = Number.POSITIVE_INFINITY;
  for (let end = WINDOW - 1; end < literal.length; end++) {
    const count = counts.get(windowAt(literal, end)) ?? 0;
    if (count < fewest) [best, fewest] = [end, count];
  }
  return best;
}

function stands(folded: string, anchor: Anchor, literal: string): boolean {
  if (anchor === 'whole') return folded === literal;
  if (anchor === 'start') return folded.startsWith(literal);
  return anchor === 'end' ? folded.endsWith(literal) : folded.includes(literal);
}
