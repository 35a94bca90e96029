import { fieldValues } from '../event/fields.ts';

/** Names that every object inherits, which a plain look would find. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** More dots than this are read the careful way. */
const MAX_DOTS = 3;

/** How a field is read from an event. */
export interface FieldReader {
  readonly field: string;
  /** False: only `fieldValues` reads it right. */
  readonly plain: boolean;
}

export function readerOf(field: string): FieldReader {
  const parts = field.split('.');
  return { field, plain: parts.length <= MAX_DOTS + 1 && !parts.some((part) => INHERITED.has(part)) };
}

/**
 * The value of a field: a scalar (null included), undefined when missing, or, for everything that arrays make several,
 * the array of all values. Right for every event.
 */
function readCarefully(field: string, event: object): unknown {
  const values = fieldValues(event, field);
  if (values.length > 1) return values;
  const [only] = values;
  return typeof only === 'object' && only !== null ? values : only;
}

/** Puts the values of several fields into `out`, in their order. */
export type ReadAll = (event: object, out: unknown[]) => void;

/**
 * Reads many fields at once. Made as code, where the runtime lets it be: a property name that stands in the code is
 * found through an inline cache, one that stands in a variable through a search, which took a tenth of the time that
 * parsing the event takes. Of a rule only field names get into the code, as JSON strings
 * (docs/adr/0010-sigma-generated-code.md).
 */
export function readAllOf(readers: readonly FieldReader[]): ReadAll {
  const slowly = (at: number, event: object): unknown => readCarefully((readers[at] as FieldReader).field, event);
  try {
    return new Function('slowly', 'isArray', `return ${sourceOf(readers)}`)(slowly, Array.isArray) as ReadAll;
  } catch {
    // A runtime that forbids code from text (--disallow-code-generation-from-strings).
    return (event, out) => {
      for (let at = 0; at < readers.length; at++) out[at] = slowly(at, event);
    };
  }
}

/** A function of `event` and `out`. Nothing of a reader enters it but as a JSON string or an index. */
export function sourceOf(readers: readonly FieldReader[]): string {
  const names = { count: 0 };
  const lines = readers.map(({ plain, field }, at) => {
    if (!plain) return `out[${at}] = slowly(${at}, event);`;
    return [
      `v = undefined; several = isArray(event);`,
      ...look('event', field, names),
      `out[${at}] = several || (typeof v === 'object' && v !== null) ? slowly(${at}, event) : v;`,
    ].join('\n');
  });
  return `function (event, out) {\n'use strict';\nlet v, several;\n${lines.join('\n')}\n}`;
}

/** Lines that put the value of a path below the object `from` into `v`: a literal key first, then shorter ones. */
function look(from: string, path: string, names: { count: number }): string[] {
  const lines = [`v = ${from}[${JSON.stringify(path)}];`];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const child = `c${names.count++}`;
    lines.push(
      `if (v === undefined) {`,
      `const ${child} = ${from}[${JSON.stringify(path.slice(0, dot))}];`,
      `if (typeof ${child} === 'object' && ${child} !== null) {`,
      `if (isArray(${child})) several = true; else {`,
      ...look(child, path.slice(dot + 1), names),
      `}}}`,
    );
  }
  return lines;
}
