import type { Predicate } from '../ast.ts';
import { fieldPresent, fieldValues, someScalar, textOfScalar } from '../event/fields.ts';
import { fold } from './fold.ts';
import { type ValuePredicate, valueTest } from './value-test.ts';

/** Does an event satisfy the predicate? Several values of a field: any of them. */
export type EventTest = (event: object) => boolean;

export function eventTest(predicate: Predicate): EventTest {
  switch (predicate.op) {
    case 'null':
      return (event) => isNull(fieldValues(event, predicate.field));
    case 'exists':
      return (event) => fieldPresent(event, predicate.field);
    case 'fieldref':
      return fieldrefTest(predicate);
    default:
      return predicate.field === '' ? keywordTest(predicate) : fieldTest(predicate);
  }
}

/** No value at all: missing, null, an empty array, or an array with a null in it. */
export function isNull(values: readonly unknown[]): boolean {
  return values.length === 0 || values.includes(null);
}

function fieldTest(predicate: ValuePredicate): EventTest {
  const test = valueTest(predicate);
  return (event) => fieldValues(event, predicate.field).some(test);
}

function keywordTest(predicate: ValuePredicate): EventTest {
  const test = valueTest(predicate);
  return (event) => someScalar(event, test);
}

function fieldrefTest(predicate: Extract<Predicate, { op: 'fieldref' }>): EventTest {
  const test = refersTo(predicate);
  return (event) => test(fieldValues(event, predicate.field), fieldValues(event, predicate.other));
}

/** Compares two values, or any of several with any of several. */
export function refersTo({
  how,
  cased,
}: Extract<Predicate, { op: 'fieldref' }>): (value: unknown, other: unknown) => boolean {
  const one = (value: unknown, other: unknown): boolean => {
    const [text, wanted] = [textOfScalar(value), textOfScalar(other)];
    if (text === undefined || wanted === undefined) return false;
    return cased ? relates(text, how, wanted) : relates(fold(text), how, fold(wanted));
  };
  return (value, other) => {
    if (!Array.isArray(value) && !Array.isArray(other)) return one(value, other);
    return [value].flat().some((each) => [other].flat().some((wanted) => one(each, wanted)));
  };
}

function relates(text: string, how: 'equals' | 'contains' | 'startswith' | 'endswith', other: string): boolean {
  switch (how) {
    case 'equals':
      return text === other;
    case 'contains':
      return text.includes(other);
    case 'startswith':
      return text.startsWith(other);
    case 'endswith':
      return text.endsWith(other);
  }
}
