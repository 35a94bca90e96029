import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { TABLES } from '../../lib/store/schema.ts';

type Item = Record<string, AttributeValue>;

/**
 * Bytes that DynamoDB counts for an item: names and texts in UTF-8; a number one byte for every two significant digits
 * and one more; null and booleans one; a list or map three, and one more for each entry.
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);
}

/** Write units of putting a new item into the Events table: one for each begun KB, in the table and in each index. */
export function unitsOfFirstPut(item: Item): number {
  const [events] = TABLES;
  const keys = new Set([events.partitionKey.name, events.sortKey?.name ?? '']);
  const indexes = events.globalIndexes.filter(({ partitionKey }) => item[partitionKey.name] !== undefined);
  const projected = indexes.map(({ projection, partitionKey, sortKey }) => {
    const names = new Set([...keys, partitionKey.name, sortKey.name]);
    const isIn = ([name]: [string, unknown]): boolean => projection === 'ALL' || names.has(name);
    return itemBytes(Object.fromEntries(Object.entries(item).filter(isIn)));
  });
  return [itemBytes(item), ...projected].reduce((sum, bytes) => sum + Math.ceil(bytes / 1024), 0);
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.L) return value.L.reduce((sum, entry) => sum + 1 + valueBytes(entry), 3);
  if (value.M) return Object.entries(value.M).reduce((sum, [name, entry]) => sum + 1 + itemBytes({ [name]: entry }), 3);
  if (value.SS) return value.SS.reduce((sum, entry) => sum + 1 + Buffer.byteLength(entry), 3);
  return 1;
}

function numberBytes(text: string): number {
  const digits = text
    .replace(/^-|e.*$/g, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}
