import { MAX_DEPTH } from './fields.ts';

/**
 * An event as rules name its fields: without spaces in names, as Sigma writes `New Value`, at any depth. The event
 * itself where no name has any. A name that stands without spaces already wins.
 */
export function withoutSpacesInNames(event: object): object {
  return hasSpaces(event, 0) ? (renamed(event, 0) as object) : event;
}

function hasSpaces(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((element) => hasSpaces(element, depth + 1));
  return Object.entries(value).some(([name, below]) => name.includes(' ') || hasSpaces(below, depth + 1));
}

function renamed(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((element) => renamed(element, depth + 1));
  const entries = Object.entries(value).map(([name, below]) => [name, renamed(below, depth + 1)] as const);
  const spaced = entries.filter(([name]) => name.includes(' '));
  const plain = entries.filter(([name]) => !name.includes(' '));
  // Later entries win; fromEntries, since a name `__proto__` must stay a name.
  return Object.fromEntries([...spaced.map(([name, below]) => [name.replaceAll(' ', ''), below] as const), ...plain]);
}
