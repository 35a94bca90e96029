import type { Comparator } from '../../model/rule.ts';
import type { Predicate } from '../ast.ts';
import { inRange, parseAddress, parseRange } from '../event/address.ts';
import { textOfScalar } from '../event/fields.ts';
import { timePart } from '../event/time-part.ts';
import { numberOf } from '../parse/read.ts';
import { type Automaton, automatonOf } from './automaton/automaton.ts';
import { fold } from './fold.ts';
import { textTest } from './glob.ts';
import { compileRegex } from './regex.ts';

/** A predicate that asks one value of a field (or, for keywords, of the event). */
export type ValuePredicate = Extract<Predicate, { op: 'text' | 'regex' | 'cidr' | 'number' | 'time' }>;

/** Does one value, arrays taken apart, satisfy the predicate? */
export type ValueTest = (value: unknown) => boolean;

export function valueTest(predicate: ValuePredicate): ValueTest {
  switch (predicate.op) {
    case 'text':
      return textValueTest(predicate);
    case 'regex':
      return regexTest(predicate);
    case 'cidr':
      return cidrTest(predicate);
    case 'number':
      return (value) => {
        const number = numberOf(value);
        return number !== undefined && compares(number, predicate.compare, predicate.value);
      };
    case 'time':
      return (value) => {
        const part = timePart(value, predicate.part, predicate.zone);
        return part !== undefined && compares(part, predicate.compare, predicate.value);
      };
  }
}

function textValueTest({ tokens, cased }: Extract<Predicate, { op: 'text' }>): ValueTest {
  const test = textTest(tokens);
  return (value) => {
    const text = textOfScalar(value);
    return text !== undefined && test(cased ? text : fold(text));
  };
}

/** Compiled when it is first asked: most patterns are asked rarely. RE2 decides what the automaton leaves open. */
function regexTest({ pattern, flags }: Extract<Predicate, { op: 'regex' }>): ValueTest {
  let automaton: Automaton | 'none' | undefined;
  let regex: ReturnType<typeof compileRegex> | undefined;
  return (value) => {
    const text = textOfScalar(value);
    if (text === undefined) return false;
    automaton ??= automatonOf(pattern, flags) ?? 'none';
    const answer = automaton === 'none' ? undefined : automaton.test(text);
    if (answer !== undefined) return answer;
    regex ??= compileRegex(pattern, flags);
    return regex.test(text);
  };
}

function cidrTest({ range }: Extract<Predicate, { op: 'cidr' }>): ValueTest {
  const parsed = parseRange(range);
  return (value) => {
    const address = typeof value === 'string' ? parseAddress(value) : undefined;
    return address !== undefined && parsed !== undefined && inRange(address, parsed);
  };
}

export function compares(a: number, op: Comparator, b: number): boolean {
  switch (op) {
    case 'gt':
      return a > b;
    case 'gte':
      return a >= b;
    case 'lt':
      return a < b;
    case 'lte':
      return a <= b;
    case 'eq':
      return a === b;
    case 'neq':
      return a !== b;
  }
}
