import { someScalar } from '../event/fields.ts';
import { BRANCH, END, FAILS, FLAGS, IN_GROUP, MAYBE, NOT, OPEN, SURE } from '../index/code.ts';
import { mayExceed } from '../index/guards.ts';
import type { Image } from '../index/image.ts';
import { Finder } from './finder.ts';
import type { Matches } from './matches.ts';
import { makeReaders, makeScan, type Scan } from './scanner.ts';
import { Trials } from './trials.ts';
import { ValueFinder } from './value-finder.ts';

/** Matches the rules of an image: an event meets only those of which a witness was found and the guard may hold. */
export class Program {
  private readonly image: Image;
  private readonly words: Int32Array;
  private readonly finder: Finder;
  private readonly found: Int32Array;
  private readonly keywords: ValueFinder | undefined;
  private readonly trials: Trials;
  private readonly keys: Int32Array;
  private readonly scanEarly: Scan;
  /** By group; made when it is first wanted. */
  private readonly scansLate: (Scan | undefined)[] = [];
  /** Groups of fields that were looked up of the event at hand, a bit each. */
  private lookedUp = 0;
  /** Where rules begin of which the guard let pass. */
  private met = new Int32Array(256);

  constructor(image: Image) {
    this.image = image;
    this.words = image.words;
    this.finder = new Finder(image);
    this.found = this.finder.found;
    this.keys = new Int32Array(image.slots * 2);
    this.scanEarly = makeScan(image.early, image, this.finder);
    this.keywords = image.keywords.length > 0 ? new ValueFinder(this.finder, image.keywords) : undefined;
    this.trials = new Trials(image, makeReaders());
  }

  /** Adds the places of the rules that match, in any order; one may come more than once. */
  match(event: object, matches: Matches): void {
    const { finder, keywords } = this;
    // First, not last: whatever an event before it threw.
    finder.clear();
    this.scanEarly(event);
    if (keywords) this.scanKeywords(keywords, event);
    if (finder.count > 0 || this.image.always.length > 0) this.ask(event, matches);
  }

  private scanKeywords(keywords: ValueFinder, event: object): void {
    someScalar(event, (text) => {
      keywords.find(text);
      return false;
    });
  }

  private ask(event: object, matches: Matches): void {
    const { words } = this;
    const { records, count: announced } = this.finder;
    let candidates = 0;
    let groups = 0;
    for (let at = 0; at < announced; at++) {
      const record = records[at] as number;
      groups |= words[record + 1] as number;
      candidates += words[record + 2] as number;
    }
    const { always } = this.image;
    if (candidates === 0 && always.length === 0) return;
    this.lookedUp = 0;
    this.trials.clear();
    for (let at = 0; at < always.length; at++) this.meet(always[at] as number, event, matches);
    if (candidates > this.met.length) this.met = new Int32Array(candidates * 2);
    if (groups !== 0) this.lookUp(groups, event);
    const count = this.passGuards(announced);
    for (let at = 0; at < count; at++) this.meet(this.met[at] as number, event, matches);
  }

  /** Looks groups of fields up, once for an event. */
  private lookUp(groups: number, event: object): void {
    const wanted = groups & ~this.lookedUp;
    this.lookedUp |= wanted;
    for (let left = wanted; left !== 0; left &= left - 1) this.scanLate(31 - Math.clz32(left & -left))(event);
  }

  private scanLate(group: number): Scan {
    const { image, scansLate } = this;
    const scan = scansLate[group] ?? makeScan(image.late[group] ?? [], image, this.finder, this.keys);
    scansLate[group] = scan;
    return scan;
  }

  /** Notes in `met` where the candidates begin that their guards let pass; returns how many. No calls: this is hot. */
  private passGuards(announced: number): number {
    const { words, found, keys, met } = this;
    const { records } = this.finder;
    let count = 0;
    for (let at = 0; at < announced; at++) {
      const record = records[at] as number;
      const end = record + 3 + 2 * (words[record + 2] as number);
      for (let candidate = record + 3; candidate < end; candidate += 2) {
        const guard = words[candidate + 1] as number;
        // Without a branch: whether a guard holds cannot be foretold.
        met[count] = words[candidate] as number;
        if (guard >= 0) count += ((found[guard >> 5] as number) >> (guard & 31)) & 1;
        else if (mayExceed(guard, keys)) count++;
      }
    }
    return count;
  }

  /** Asks a rule. */
  private meet(start: number, event: object, matches: Matches): void {
    const { words } = this;
    let at = start + 1;
    for (let word = words[at] as number; word !== END; word = words[at] as number) {
      const holds = this.answer(word, event);
      if ((word & BRANCH) !== 0) {
        const next = words[holds ? at + 1 : at + 2] as number;
        if (next === FAILS) return;
        at = start + next;
      } else if (holds === ((word & NOT) === 0)) at++;
      else return;
    }
    matches.add(words[start] as number);
  }

  private answer(word: number, event: object): boolean {
    const predicate = word >> FLAGS;
    if ((word & OPEN) !== 0) return this.trials.holds(predicate, event);
    if ((word & IN_GROUP) !== 0) this.lookUp(1 << (this.image.groups[predicate] as number), event);
    const found = ((this.found[predicate >> 5] as number) >> (predicate & 31)) & 1;
    return found === 1 && ((word & (MAYBE | SURE)) !== 0 || this.trials.holds(predicate, event));
  }
}
