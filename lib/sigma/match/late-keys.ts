import type { Image } from '../index/image.ts';
import type { Finder } from './finder.ts';
import { makeScan, type Scan } from './scanner.ts';

/** With so many groups asked for at once, one scan of all is quicker: it reads each object once. */
const MANY_GROUPS = 3;

/** Notes keys of fields for which guards ask, once an event. */
export class LateKeys {
  private readonly image: Image;
  private readonly finder: Finder;
  /** By group; made when it is first wanted. */
  private readonly scans: (Scan | undefined)[] = [];
  private scanAll: Scan | undefined;
  /** Groups whose keys are noted of the event at hand, a bit each. */
  private noted = 0;

  constructor(image: Image, finder: Finder) {
    this.image = image;
    this.finder = finder;
  }

  /** Before the first group of an event. */
  clear(): void {
    this.noted = 0;
  }

  /** `groups`: a bit each. */
  note(groups: number, event: object): void {
    const wanted = groups & ~this.noted;
    if (wanted === 0) return;
    if (bitsOf(wanted) >= MANY_GROUPS) this.noteAll(event);
    else for (let left = wanted; left !== 0; left &= left - 1) this.noteGroup(31 - Math.clz32(left & -left), event);
    this.noted |= wanted;
  }

  private noteGroup(group: number, event: object): void {
    const scan = this.scans[group] ?? this.makeScan(this.image.late[group]);
    this.scans[group] = scan;
    scan(event);
  }

  private noteAll(event: object): void {
    this.scanAll ??= this.makeScan(this.image.late.flat());
    this.scanAll(event);
    this.noted = -1;
  }

  private makeScan(fields: Image['late'][number] = []): Scan {
    return makeScan(fields, this.image, this.finder);
  }
}

/** How many bits of a word are 1. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
