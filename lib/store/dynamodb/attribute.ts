/** JSON values ↔ DynamoDB attribute values. What DynamoDB cannot say is kept as JSON text and comes back as it was. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** What is read of an attribute value; both the SDK's and a stream record's fit. */
export interface Attribute {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly L?: readonly Attribute[] | undefined;
  readonly M?: Readonly<Record<string, Attribute>> | undefined;
  readonly SS?: readonly string[] | undefined;
}

export type Image = Readonly<Record<string, Attribute>>;
export type Item = Record<string, AttributeValue>;

/** The only key of a map that holds JSON text in place of a value, and the attribute for fields that cannot be named. */
export const AS_JSON = '~json';

/** DynamoDB takes 32 levels; the item itself and the list or map that holds a value are some of them. */
const MAX_DEPTH = 28;

const TRUE: AttributeValue = { BOOL: true };
const FALSE: AttributeValue = { BOOL: false };
const NULL: AttributeValue = { NULL: true };

/** The attribute value of a JSON value. `undefined` inside a list is null, in a map it is left out. */
export function toAttribute(value: unknown, depth = 0): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return isStorableNumber(value) ? { N: String(value) } : asJson(value);
    case 'boolean':
      return value ? TRUE : FALSE;
    case 'object':
      if (value === null) return NULL;
      if (depth >= MAX_DEPTH) return asJson(value);
      if (Array.isArray(value)) return { L: value.map((entry) => toAttribute(entry, depth + 1)) };
      return toMap(value, depth);
    default:
      return NULL;
  }
}

function toMap(value: object, depth: number): AttributeValue {
  const keys = Object.keys(value);
  if (keys.includes('') || (keys.length === 1 && keys[0] === AS_JSON)) return asJson(value);
  return { M: toItem(value, depth + 1) };
}

/** Attribute values of an object's fields; undefined ones are left out. */
export function toItem(value: object, depth = 0): Item {
  const item: [string, AttributeValue][] = [];
  for (const [key, entry] of Object.entries(value)) {
    if (entry !== undefined) item.push([key, toAttribute(entry, depth)]);
  }
  return Object.fromEntries(item);
}

/** The JSON value of an attribute value. Sets come back as lists. */
export function fromAttribute(attribute: Attribute): unknown {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.L) return attribute.L.map(fromAttribute);
  if (attribute.M) return fromMap(attribute.M);
  if (attribute.SS) return [...attribute.SS];
  return null;
}

function fromMap(map: Image): unknown {
  const text = map[AS_JSON]?.S;
  if (text !== undefined && Object.keys(map).length === 1) return JSON.parse(text);
  return fromItem(map);
}

/** The object whose fields these attributes are. */
export function fromItem(image: Image): Record<string, unknown> {
  return Object.fromEntries(Object.entries(image).map(([key, attribute]) => [key, fromAttribute(attribute)]));
}

function asJson(value: unknown): AttributeValue {
  return { M: { [AS_JSON]: { S: JSON.stringify(value) } } };
}

function isStorableNumber(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-130 && size < 1e126);
}
