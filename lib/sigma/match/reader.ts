import { fieldValues } from '../event/fields.ts';

/** Names that every object inherits, which a plain look would find. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** More dots than this are read the careful way. */
const MAX_DOTS = 3;

/** False: only `fieldValues` reads the field right. */
export function isPlain(field: string): boolean {
  const parts = field.split('.');
  return parts.length <= MAX_DOTS + 1 && !parts.some((part) => INHERITED.has(part));
}

/**
 * The value of a field: a scalar (null included), undefined when missing, or, for everything that arrays make several,
 * the array of all values. Right for every event.
 */
export function readCarefully(field: string, event: object): unknown {
  const values = fieldValues(event, field);
  if (values.length > 1) return values;
  const [only] = values;
  return typeof only === 'object' && only !== null ? values : only;
}

/**
 * Writes code that reads fields of `event`: a property name that stands in the code is found through an inline cache,
 * one that stands in a variable through a search. Of a rule only field names get into the code, as JSON strings
 * (docs/adr/0010-sigma-generated-code.md). The code uses `slowly(number of the field, event)`, `isArray` and `NOTHING`,
 * an object without anything.
 */
export class ReaderCode {
  private readonly objects = new Map<string, number>();

  /**
   * Lines that leave in `v` what stands in the place of a field: anything where it is a scalar, null or an object,
   * undefined where there is nothing. An object must still be read carefully.
   */
  lines(field: string, number: number): string[] {
    if (!isPlain(field)) return [`v = slowly(${number}, event);`];
    const lines = [`v = event[${JSON.stringify(field)}];`];
    this.below('event', field, number, lines);
    return lines;
  }

  /** A literal key first, then shorter ones, in the order of `fieldValues`. */
  private below(from: string, path: string, number: number, lines: string[]): void {
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const child = this.child(from, path.slice(0, dot), lines);
      const rest = path.slice(dot + 1);
      lines.push(`if (v === undefined) v = a${child} ? slowly(${number}, event) : o${child}[${JSON.stringify(rest)}];`);
      this.below(`o${child}`, rest, number, lines);
    }
  }

  /** The object under a key, once for all fields that lie in it. */
  private child(from: string, key: string, lines: string[]): number {
    const name = `${from}[${JSON.stringify(key)}]`;
    const known = this.objects.get(name);
    if (known !== undefined) return known;
    const number = this.objects.size;
    this.objects.set(name, number);
    lines.push(
      `let o${number} = ${name}, a${number} = false;`,
      `if (typeof o${number} !== 'object' || o${number} === null) o${number} = NOTHING;`,
      `else if (isArray(o${number})) { o${number} = NOTHING; a${number} = true; }`,
    );
    return number;
  }
}
