import { fieldValues } from '../event/fields.ts';

/** Names that every object inherits, which a plain look would find. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** How a field is read from an event. */
export interface FieldReader {
  readonly field: string;
  /** The key before the only dot; undefined for a field without one. */
  readonly parent: string | undefined;
  readonly key: string;
  /** False: only `fieldValues` reads it right. */
  readonly plain: boolean;
}

export function readerOf(field: string): FieldReader {
  const dot = field.indexOf('.');
  const parent = dot < 0 ? undefined : field.slice(0, dot);
  const key = dot < 0 ? field : field.slice(dot + 1);
  const plain = !key.includes('.') && !INHERITED.has(key) && !INHERITED.has(parent ?? '');
  return { field, parent, key, plain };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The value of a field: a scalar (null included), undefined when missing, or, for everything that arrays make several,
 * the array of all values.
 */
export function readField(reader: FieldReader, event: object): unknown {
  if (!reader.plain) return several(fieldValues(event, reader.field));
  const value = (event as Fields)[reader.field];
  if (value === undefined && reader.parent !== undefined) return readBelow(reader, event);
  return typeof value === 'object' && value !== null ? several(fieldValues(event, reader.field)) : value;
}

function readBelow(reader: FieldReader, event: object): unknown {
  const parent = (event as Fields)[reader.parent ?? ''];
  if (typeof parent !== 'object' || parent === null) return undefined;
  const value = (parent as Fields)[reader.key];
  const simple = typeof value !== 'object' || value === null;
  return simple && !Array.isArray(parent) ? value : several(fieldValues(event, reader.field));
}

function several(values: unknown[]): unknown {
  if (values.length > 1) return values;
  const [only] = values;
  return typeof only === 'object' && only !== null ? values : only;
}
