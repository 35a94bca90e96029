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

function fieldrefTest({ field, other, how, cased }: Extract<Predicate, { op: 'fieldref' }>): EventTest {
  const texts = (event: object, name: string): string[] =>
    fieldValues(event, name).flatMap((value) => {
      const text = textOfScalar(value);
      return text === undefined ? [] : [cased ? text : fold(text)];
    });
  return (event) => {
    const others = texts(event, other);
    return others.length > 0 && texts(event, field).some((text) => others.some((each) => relates(text, how, each)));
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
