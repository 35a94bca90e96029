import type { Finds } from './finds.ts';
import { type Needle, Needles } from './needles.ts';
import type { Anchor } from './required-literal.ts';

export interface AnchoredNeedle extends Needle {
  readonly anchor: Anchor;
}

/** Literals shorter than a window: few, and looked for one by one. */
export class ShortTable {
  readonly needles: Needles;
  readonly anchors: readonly Anchor[];

  constructor(needles: readonly AnchoredNeedle[]) {
    this.needles = new Needles(needles);
    this.anchors = needles.map(({ anchor }) => anchor);
  }
}

export function findShort(table: ShortTable, text: string, found: Finds): void {
  const { needles, anchors } = table;
  for (let needle = 0; needle < anchors.length; needle++) {
    if (stands(needles, needle, anchors[needle] as Anchor, text)) found.add(needles.codes[needle] as number);
  }
}

function stands(needles: Needles, needle: number, anchor: Anchor, text: string): boolean {
  const room = text.length - needles.lengthOf(needle);
  if (anchor === 'start') return needles.standsAt(needle, text, 0);
  if (anchor === 'end') return needles.standsAt(needle, text, room);
  for (let from = 0; from <= room; from++) if (needles.standsAt(needle, text, from)) return true;
  return false;
}
