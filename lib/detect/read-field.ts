import { splitAddress } from '../model/traffic.ts';
import { fieldText, textOfScalar } from '../sigma/event/fields.ts';

/** Reads a field of an event as text, as `fieldText` does. */
export type FieldReader = (event: object) => string | undefined;

const readers = new Map<string, FieldReader>();
const MOST_READERS = 10_000;

/** The reader of a field, prepared once: a plain key, or one below another, is read without a search. */
export function readerOf(field: string): FieldReader {
  const known = readers.get(field);
  if (known) return known;
  if (readers.size >= MOST_READERS) readers.clear();
  const reader = makeReader(field);
  readers.set(field, reader);
  return reader;
}

/** Reads who or what contributed to a volume: a place without a name is known by its address. */
export function contributorReader(field: string): FieldReader {
  const read = readerOf(field);
  if (!field.endsWith('.name')) return read;
  const readAddress = readerOf(`${field.slice(0, -'name'.length)}address`);
  return (event) => {
    const name = read(event);
    if (name) return name;
    const address = readAddress(event);
    return address === undefined ? undefined : splitAddress(address).ip;
  };
}

function makeReader(field: string): FieldReader {
  const [outer = '', inner, ...deeper] = field.split('.');
  const anyWay: FieldReader = (event) => fieldText(event, field);
  if (deeper.length > 0) return anyWay;
  if (inner === undefined) {
    return (event) => {
      const value = own(event, field);
      return isPlain(value) ? textOfScalar(value) : anyWay(event);
    };
  }
  return (event) => {
    const parent = own(event, outer);
    if (typeof parent !== 'object' || parent === null || Array.isArray(parent)) return anyWay(event);
    const value = own(parent, inner);
    return isPlain(value) && !Object.hasOwn(event, field) ? textOfScalar(value) : anyWay(event);
  };
}

function own(target: object, key: string): unknown {
  return Object.hasOwn(target, key) ? (target as Readonly<Record<string, unknown>>)[key] : undefined;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
