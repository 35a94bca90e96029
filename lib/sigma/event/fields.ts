/**
 * Reads fields of events: a literal key first, then the path its dots describe; arrays stand for each element. What
 * lies in more than MAX_DEPTH objects and arrays is not read, so that no event, however deep, exhausts the stack.
 */

/** Levels of objects and arrays that are read, the event itself not counted. */
export const MAX_DEPTH = 100;

/** Fields with fewer dots have so few ways to be read that trying one again costs less than remembering it. */
const MANY_DOTS = 8;

/** Every value of a field, arrays taken apart; empty when the event has no such key. */
export function fieldValues(event: object, field: string): unknown[] {
  const found: unknown[] = [];
  collect(event, field, 0, walkOf(field, found));
  return found;
}

/** The first value of a field as text; undefined when missing, null or an object. */
export function fieldText(event: object, field: string): string | undefined {
  for (const value of fieldValues(event, field)) {
    const text = textOfScalar(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Whether the key is there, whatever its value: null, "" and [] count. */
export function fieldPresent(event: object, field: string): boolean {
  return collect(event, field, 0, walkOf(field, undefined));
}

/** Strings as they are, numbers and booleans as JSON writes them; undefined for everything else. */
export function textOfScalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

/** Calls `visit` for every scalar value down to MAX_DEPTH until it says true; keys are not values. */
export function someScalar(value: unknown, visit: (text: string) => boolean, depth = 0): boolean {
  const text = textOfScalar(value);
  if (text !== undefined) return visit(text);
  if (!isObject(value) || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.some((element) => someScalar(element, visit, depth + 1));
  for (const key in value) {
    if (Object.hasOwn(value, key) && someScalar((value as Record<string, unknown>)[key], visit, depth + 1)) return true;
  }
  return false;
}

/** What one look for a field knows. */
interface Walk {
  /** Undefined: only whether the key is there is asked. */
  readonly found: unknown[] | undefined;
  /** By object, the rests of the field that are not below it, each at a depth. */
  readonly deadEnds: Map<object, Set<string>> | undefined;
}

function walkOf(field: string, found: unknown[] | undefined): Walk {
  return { found, deadEnds: field.split('.', MANY_DOTS + 1).length > MANY_DOTS ? new Map() : undefined };
}

/** Whether the key is there; its values go to `found`. */
function collect(target: object, field: string, depth: number, walk: Walk): boolean {
  if (depth > MAX_DEPTH) return false;
  if (!walk.deadEnds) return collectHere(target, field, depth, walk);
  const way = `${field.length} ${depth}`;
  const known = walk.deadEnds.get(target) ?? new Set();
  if (known.has(way)) return false;
  if (collectHere(target, field, depth, walk)) return true;
  walk.deadEnds.set(target, known.add(way));
  return false;
}

function collectHere(target: object, field: string, depth: number, walk: Walk): boolean {
  if (Array.isArray(target)) return collectEach(target, field, depth, walk);
  const value = own(target, field);
  if (value === undefined) return pathsOf(target, field).some(([child, rest]) => collect(child, rest, depth + 1, walk));
  if (walk.found) flatten(value, depth + 1, walk.found);
  return true;
}

function collectEach(elements: readonly unknown[], field: string, depth: number, walk: Walk): boolean {
  let any = false;
  for (const element of elements) {
    if (isObject(element) && collect(element, field, depth + 1, walk)) any = true;
    if (any && !walk.found) return true;
  }
  return any;
}

/** The ways to read `a.b.c` as a key and a path below it, shortest key first. */
function pathsOf(target: object, field: string): [object, string][] {
  const paths: [object, string][] = [];
  for (let dot = field.indexOf('.'); dot >= 0; dot = field.indexOf('.', dot + 1)) {
    const child = own(target, field.slice(0, dot));
    if (isObject(child)) paths.push([child, field.slice(dot + 1)]);
  }
  return paths;
}

function flatten(value: unknown, depth: number, found: unknown[]): void {
  if (!Array.isArray(value)) found.push(value);
  else if (depth <= MAX_DEPTH) for (const element of value) flatten(element, depth + 1, found);
}

function own(target: object, key: string): unknown {
  return Object.hasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
