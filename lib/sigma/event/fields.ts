/** Reads fields of events: a literal key first, then the path its dots describe; arrays stand for each element. */

/** Every value of a field, arrays taken apart; empty when the event has no such key. */
export function fieldValues(event: object, field: string): unknown[] {
  const found: unknown[] = [];
  collect(event, field, found);
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
  if (Array.isArray(event)) return event.some((element) => isObject(element) && fieldPresent(element, field));
  if (own(event, field) !== undefined) return true;
  return pathsOf(event, field).some(([child, rest]) => fieldPresent(child, rest));
}

/** Strings as they are, numbers and booleans as JSON writes them; undefined for everything else. */
export function textOfScalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return undefined;
}

/** Calls `visit` for every scalar value at any depth until it says true; keys are not values. */
export function someScalar(value: unknown, visit: (text: string) => boolean): boolean {
  const text = textOfScalar(value);
  if (text !== undefined) return visit(text);
  if (!isObject(value)) return false;
  if (Array.isArray(value)) return value.some((element) => someScalar(element, visit));
  for (const key in value) {
    if (Object.hasOwn(value, key) && someScalar((value as Record<string, unknown>)[key], visit)) return true;
  }
  return false;
}

function collect(target: object, field: string, found: unknown[]): boolean {
  if (Array.isArray(target)) {
    let any = false;
    for (const element of target) if (isObject(element) && collect(element, field, found)) any = true;
    return any;
  }
  const value = own(target, field);
  if (value !== undefined) {
    flatten(value, found);
    return true;
  }
  return pathsOf(target, field).some(([child, rest]) => collect(child, rest, found));
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

function flatten(value: unknown, found: unknown[]): void {
  if (Array.isArray(value)) for (const element of value) flatten(element, found);
  else found.push(value);
}

function own(target: object, key: string): unknown {
  return Object.hasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
