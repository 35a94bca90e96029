import { readEscape } from './escape.ts';
import { ASCII, caseless, negated, type UnitSet } from './unit-set.ts';

interface Read {
  readonly set: UnitSet;
  readonly next: number;
}

/** Reads a class whose "[" stands before `start`; undefined for what is not said in ASCII, and for POSIX names. */
export function readUnitClass(pattern: string, start: number, fold: boolean): Read | undefined {
  const set = new Uint8Array(ASCII);
  const inverse = pattern.startsWith('^', start);
  const first = inverse ? start + 1 : start;
  let at = first;
  while (at === first || !pattern.startsWith(']', at)) {
    const next = pattern.startsWith('[:', at) ? undefined : addMember(set, pattern, at);
    if (next === undefined) return undefined;
    at = next;
  }
  const folded = fold ? caseless(set) : set;
  return { set: inverse ? negated(folded) : folded, next: at + 1 };
}

/** Adds a unit, a range or an escaped set, and says where the next member stands. */
function addMember(set: UnitSet, pattern: string, at: number): number | undefined {
  const from = readMember(pattern, at);
  if (from === undefined) return undefined;
  if ('set' in from) {
    for (const [unit, member] of from.set.entries()) if (member === 1) set[unit] = 1;
    return from.next;
  }
  const ranges = pattern.startsWith('-', from.next) && !pattern.startsWith(']', from.next + 1);
  const to = ranges ? readMember(pattern, from.next + 1) : from;
  if (to === undefined || 'set' in to || to.unit < from.unit) return undefined;
  set.fill(1, from.unit, to.unit + 1);
  return to.next;
}

function readMember(pattern: string, at: number): ReturnType<typeof readEscape> {
  if (pattern.startsWith('\\', at)) return readEscape(pattern, at + 1);
  const unit = pattern.charCodeAt(at);
  // Past the end it is NaN.
  return unit < ASCII ? { unit, next: at + 1 } : undefined;
}
