import type { Predicate } from '../../../lib/sigma/ast.ts';
import { buildBase } from '../../../lib/sigma/build.ts';
import { buildImage } from '../../../lib/sigma/index/build-image.ts';
import type { FieldLooks, Image } from '../../../lib/sigma/index/image.ts';
import { type Entry, layOut } from '../../../lib/sigma/index/layout.ts';
import { isSure } from '../../../lib/sigma/index/place.ts';
import { Finder } from '../../../lib/sigma/match/finder.ts';
import { readCarefully } from '../../../lib/sigma/match/reader.ts';
import { makeScan, scanSource } from '../../../lib/sigma/match/scanner.ts';
import { ValueFinder } from '../../../lib/sigma/match/value-finder.ts';
import { predicateHolds } from '../reference.ts';
import { withoutCode } from './without-code.ts';

/** An image of one rule for each predicate: each that has a place is the witness of its rule, and looked up. */
interface Searched {
  readonly image: Image;
  /** The predicates with a place. */
  readonly entries: readonly Entry[];
  readonly fields: readonly FieldLooks[];
}

export function searchedFor(predicates: readonly Predicate[]): Searched {
  const layout = layOut(buildBase(predicates.map((expr) => ({ info: { logsource: {} }, expr }))));
  const entries = layout.entries.filter(({ place }) => place !== '-');
  const image = buildImage(layout);
  expect(image.late.flat()).toEqual([]);
  // Code that does not compile would go unnoticed: it is done without.
  expect(new Function(scanSource(image.early))).toBeInstanceOf(Function);
  return { image, entries, fields: image.early };
}

/** Gives the numbers of the predicates that an event's fields are found to satisfy, perhaps. */
type Search = (event: object) => ReadonlySet<number>;

/** By generated code, by the scan where code is forbidden, and by a `ValueFinder` for each field. */
export function searchesOf({ image, fields }: Searched): { code: Search; noCode: Search; generic: Search } {
  const search = (make: (finder: Finder) => (event: object) => void): Search => {
    const finder = new Finder(image);
    const scan = make(finder);
    return (event) => {
      finder.clear();
      scan(event);
      return idsOf(image, finder);
    };
  };
  return {
    code: search((finder) => makeScan(fields, image, finder)),
    noCode: search((finder) => withoutCode(() => makeScan(fields, image, finder))),
    generic: search((finder) => {
      const finders = fields.map(({ field, looks }) => ({ field, finder: new ValueFinder(finder, looks) }));
      return (event) => {
        for (const { field, finder: each } of finders) each.find(readCarefully(field, event));
      };
    }),
  };
}

function idsOf({ words }: Image, finder: Finder): Set<number> {
  const ids = [...finder.records.subarray(0, finder.count)].map((record) => words[record] as number);
  const found = new Set(ids);
  // Each once: there is no more room.
  expect(ids).toHaveLength(found.size);
  return found;
}

/** All that hold are found, and what is found where the place is sure holds; returns how many hold. */
function expectRight({ entries }: Searched, found: ReadonlySet<number>, event: object): number {
  const wrong: object[] = [];
  let count = 0;
  for (const { id, predicate, place } of entries) {
    const holds = predicateHolds(predicate, event);
    if (holds) count++;
    if (isSure(place) ? found.has(id) !== holds : holds && !found.has(id)) {
      wrong.push({ predicate, place, event, holds, found: found.has(id) });
    }
  }
  if (wrong.length > 0) expect(wrong).toEqual([]);
  return count;
}

/**
 * As `expectRight`, of all ways to search, which must find the same. Only of whole values, generated code may find less
 * for nothing: it asks the filter of the table first.
 */
export function expectAllRight(searched: Searched, searches: ReturnType<typeof searchesOf>, event: object): number {
  const [code, generic] = [searches.code(event), searches.generic(event)];
  expectSame(event, searches.noCode(event), generic);
  const whole = new Set(searched.entries.flatMap(({ id, place }) => (place === 'w' ? [id] : [])));
  const exact = new Set([...generic].filter((id) => !whole.has(id) || code.has(id)));
  expectSame(event, code, exact);
  return expectRight(searched, code, event);
}

function expectSame(event: object, found: ReadonlySet<number>, expected: ReadonlySet<number>): void {
  // `toEqual` is slow, and this is asked some hundred thousand times.
  const same = found.size === expected.size && [...found].every((id) => expected.has(id));
  if (!same) expect({ event, found }).toEqual({ event, found: expected });
}
