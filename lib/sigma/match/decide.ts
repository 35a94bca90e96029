import type { Predicate } from '../ast.ts';
import { eventTest, refersTo } from '../compile/event-test.ts';
import { compares, type ValuePredicate, type ValueTest, valueTest } from '../compile/value-test.ts';
import { textOfScalar } from '../event/fields.ts';
import { plainLiteral } from '../index/required-literal.ts';
import { hasSurrogates } from '../index/units.ts';
import { isSameText } from './same-text.ts';
import { standsTest } from './stands-at.ts';

/** The value of a field: a scalar, undefined, or an array of several. */
export type ReadField = (event: object) => unknown;

/** Whether a predicate holds of an event. */
export type Decide = (event: object) => boolean;

/** Decides a predicate by itself, without any table. */
export function decideOf(predicate: Predicate, readerOf: (field: string) => ReadField): Decide {
  const { op, field } = predicate;
  if (field === '' || op === 'exists') return eventTest(predicate);
  const read = readerOf(field);
  if (op === 'null') return (event) => isNothing(read(event));
  if (op === 'fieldref') return refersBetween(predicate, read, readerOf(predicate.other));
  const test = testOf(predicate);
  if (op !== 'number') return (event) => holdsOfAny(read(event), test);
  const { compare, value: limit } = predicate;
  return (event) => {
    const value = read(event);
    if (typeof value !== 'number') return holdsOfAny(value, test);
    return Number.isFinite(value) && compares(value, compare, limit);
  };
}

function holdsOfAny(value: unknown, test: ValueTest): boolean {
  if (value === undefined || value === null) return false;
  return Array.isArray(value) ? value.some(test) : test(value);
}

/** As `field: null` means it, of what a reader gives. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.includes(null));
}

function refersBetween(
  predicate: Extract<Predicate, { op: 'fieldref' }>,
  read: ReadField,
  readOther: ReadField,
): Decide {
  const relate = refersTo(predicate);
  if (predicate.how !== 'equals' || predicate.cased) return (event) => relate(read(event), readOther(event));
  return (event) => {
    const value = read(event);
    const other = readOther(event);
    return typeof value === 'string' && typeof other === 'string' ? isSameText(value, other) : relate(value, other);
  };
}

/** As `valueTest`, for a literal in its place without folding the text. */
function testOf(predicate: ValuePredicate): ValueTest {
  const plain = predicate.op === 'text' && !predicate.cased ? plainLiteral(predicate.tokens) : undefined;
  if (!plain || hasSurrogates(plain.literal)) return valueTest(predicate);
  const stands = standsTest(plain.anchor, plain.literal);
  return (value) => {
    const text = textOfScalar(value);
    return text !== undefined && stands(text);
  };
}
