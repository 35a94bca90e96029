import { someScalar } from '../event/fields.ts';
import { BRANCH, END, FAILS, FLAGS, KEYED, MAYBE, NOT, OPEN, SURE } from '../index/code.ts';
import { asksFound, foundBy, passes, slotOf } from '../index/guards.ts';
import { CANDIDATE, type Image, RECORD_HEAD } from '../index/image.ts';
import { Finder } from './finder.ts';
import { LateKeys } from './late-keys.ts';
import type { Matches } from './matches.ts';
import { PairFinder } from './pair-finder.ts';
import { makeScan, type Scan } from './scanner.ts';
import { Trials } from './trials.ts';
import { ValueFinder } from './value-finder.ts';

const NONE: readonly number[] = [];

/** Matches the rules of an image: an event meets only those of which a witness was found and the guard may hold. */
export class Program {
  private readonly image: Image;
  private readonly words: Int32Array;
  private readonly finder: Finder;
  private readonly found: Int32Array;
  private readonly keywords: ValueFinder | undefined;
  private readonly pairs: PairFinder | undefined;
  private readonly trials: Trials;
  private readonly keys: Int32Array;
  /** By slot. */
  private readonly groups: Int8Array;
  private readonly scanEarly: Scan;
  private readonly late: LateKeys;
  /** Where rules begin of which the guard let pass. */
  private met = new Int32Array(256);

  constructor(image: Image) {
    this.image = image;
    this.words = image.words;
    this.finder = new Finder(image);
    this.found = this.finder.found;
    this.keys = this.finder.keys;
    this.groups = Int8Array.from(image.groups);
    this.scanEarly = makeScan(image.early, image, this.finder);
    this.late = new LateKeys(image, this.finder);
    this.keywords = image.keywords.length > 0 ? new ValueFinder(this.finder, image.keywords) : undefined;
    this.pairs = image.pairs.length > 0 ? new PairFinder(this.finder, image) : undefined;
    this.trials = new Trials(image);
  }

  /** Adds the places of the rules that match, in any order; one may come more than once. */
  match(event: object, matches: Matches): void {
    const { finder, keywords, pairs } = this;
    // First, not last: whatever an event before it threw.
    finder.clear();
    this.scanEarly(event);
    pairs?.find();
    if (keywords) this.scanKeywords(keywords, event);
    if (finder.count > 0 || finder.several || this.image.always.length > 0) this.ask(event, matches);
  }

  private scanKeywords(keywords: ValueFinder, event: object): void {
    someScalar(event, (text) => {
      keywords.find(text);
      return false;
    });
  }

  private ask(event: object, matches: Matches): void {
    const { words } = this;
    const { several } = this.finder;
    // Before what was found is counted.
    const unknown = (several && this.pairs?.findSeveral()) || NONE;
    const { records, count: announced } = this.finder;
    let candidates = 0;
    let groups = 0;
    for (let at = 0; at < announced; at++) {
      const record = records[at] as number;
      groups |= words[record + 1] as number;
      candidates += words[record + 2] as number;
    }
    const { always } = this.image;
    if (candidates === 0 && always.length === 0 && unknown.length === 0) return;
    this.late.clear();
    this.trials.clear();
    for (let at = 0; at < unknown.length; at++) this.meet(unknown[at] as number, event, matches);
    for (let at = 0; at < always.length; at++) this.meet(always[at] as number, event, matches);
    if (candidates > this.met.length) this.met = new Int32Array(candidates * 2);
    if (groups !== 0) this.late.note(groups, event);
    const count = this.passGuards(announced);
    for (let at = 0; at < count; at++) this.meet(this.met[at] as number, event, matches);
  }

  /** Notes in `met` where the candidates begin that their guards let pass; returns how many. No calls: this is hot. */
  private passGuards(announced: number): number {
    const { words, found, keys, met } = this;
    const { records, several } = this.finder;
    let count = 0;
    for (let at = 0; at < announced; at++) {
      const record = records[at] as number;
      const first = record + RECORD_HEAD;
      const end = first + CANDIDATE * (words[record + 2] as number);
      for (let candidate = first; candidate < end; candidate += CANDIDATE) {
        const guard = words[candidate + 1] as number;
        met[count] = words[candidate] as number;
        if (asksFound(guard)) count += isFound(found, foundBy(guard));
        else if (several) count++;
        else count += passes(guard, keys);
      }
    }
    return count;
  }

  /** Asks a rule. */
  private meet(start: number, event: object, matches: Matches): void {
    const { words } = this;
    let at = start + 1;
    while (words[at] !== END) {
      at = this.askAt(start, at, event);
      if (at === FAILS) return;
    }
    matches.add(words[start] as number);
  }

  /** Asks the question at an offset; returns where to go on. */
  private askAt(start: number, at: number, event: object): number {
    const { words } = this;
    const word = words[at] as number;
    const holds = this.answer(word, words[at + 1] as number, event);
    if ((word & BRANCH) !== 0) {
      const next = words[holds ? at + 2 : at + 3] as number;
      return next === FAILS ? FAILS : start + next;
    }
    if (holds !== ((word & NOT) === 0)) return FAILS;
    return at + ((word & KEYED) === 0 ? 1 : 2);
  }

  private answer(word: number, guard: number, event: object): boolean {
    const predicate = word >> FLAGS;
    if ((word & KEYED) !== 0) {
      if (!this.mayHold(guard, event)) return false;
      return (word & MAYBE) !== 0 || this.trials.holds(predicate, event);
    }
    if ((word & OPEN) !== 0) return this.trials.holds(predicate, event);
    if (isFound(this.found, predicate) === 0) return false;
    return (word & (MAYBE | SURE)) !== 0 || this.trials.holds(predicate, event);
  }

  /** By a key. */
  private mayHold(guard: number, event: object): boolean {
    const group = this.groups[slotOf(guard)] as number;
    if (group >= 0) this.late.note(1 << group, event);
    return this.finder.several || passes(guard, this.keys) === 1;
  }
}

function isFound(found: Int32Array, predicate: number): number {
  return ((found[predicate >> 5] as number) >> (predicate & 31)) & 1;
}
