/** Finds which of many texts occur in a value, all at once: by three-character windows that few of them share. */

interface Needle {
  readonly literal: string;
  /** Where the window that finds it ends, from its start. */
  readonly offset: number;
  readonly id: number;
}

const WINDOW = 3;
const BITS = 18;
const MASK = (1 << BITS) - 1;

export class GramScanner {
  private readonly filter = new Int32Array(1 << (BITS - 5));
  private readonly needles = new Map<number, Needle[]>();
  /** Shorter than a window: looked for one by one. */
  private readonly short: { readonly literal: string; readonly id: number }[] = [];

  /** Texts folded, `id` what `scan` tells; the same text may stand once only. */
  constructor(literals: ReadonlyMap<string, number>) {
    const counts = new Map<number, number>();
    for (const literal of literals.keys()) {
      for (const { gram } of gramsOf(literal)) counts.set(gram, (counts.get(gram) ?? 0) + 1);
    }
    for (const [literal, id] of literals) this.add(literal, id, counts);
  }

  private add(literal: string, id: number, counts: ReadonlyMap<number, number>): void {
    if (literal.length < WINDOW) {
      this.short.push({ literal, id });
      return;
    }
    let best = { gram: 0, offset: 0 };
    let fewest = Number.POSITIVE_INFINITY;
    for (const each of gramsOf(literal)) {
      const count = counts.get(each.gram) ?? 0;
      if (count < fewest) [best, fewest] = [each, count];
    }
    const word = best.gram >> 5;
    this.filter[word] = (this.filter[word] ?? 0) | (1 << (best.gram & 31));
    const bucket = this.needles.get(best.gram) ?? [];
    bucket.push({ literal, offset: best.offset, id });
    this.needles.set(best.gram, bucket);
  }

  /** Calls `found` with the id of each text at each place where it starts. */
  scan(text: string, found: (id: number, at: number) => void): void {
    const { filter } = this;
    let gram = 0;
    for (let index = 0; index < text.length; index++) {
      gram = ((gram << 6) ^ text.charCodeAt(index)) & MASK;
      if (((filter[gram >> 5] as number) >>> (gram & 31)) & 1) this.verify(text, gram, index, found);
    }
    for (const { literal, id } of this.short) {
      for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) found(id, at);
    }
  }

  private verify(text: string, gram: number, index: number, found: (id: number, at: number) => void): void {
    for (const { literal, offset, id } of this.needles.get(gram) ?? []) {
      const at = index - offset;
      if (at >= 0 && text.startsWith(literal, at)) found(id, at);
    }
  }
}

/** Every full window of a text, and where it ends. */
function gramsOf(text: string): { gram: number; offset: number }[] {
  const grams: { gram: number; offset: number }[] = [];
  let gram = 0;
  for (let index = 0; index < text.length; index++) {
    gram = ((gram << 6) ^ text.charCodeAt(index)) & MASK;
    if (index >= WINDOW - 1) grams.push({ gram, offset: index });
  }
  return grams;
}
