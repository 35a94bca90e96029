/** What Go's encoder writes as an escape, and what JSON does not take raw. Lone surrogates become escapes, too. */
const NEEDS_ESCAPES = /["\\\p{Cc}<>&\u2028\u2029\ud800-\udfff]/u;
const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** `"key":` by key: most keys come again with every event. */
const prefixes = new Map<string, string>();
const MOST_PREFIXES = 10_000;

/**
 * JSON as Go's encoder writes it: keys in alphabetical order at every level, and `<`, `>`, `&` and the two line separators
 * as escapes. Takes what `JSON.parse` gives; undefined fields are left out.
 */
export function goJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return goString(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? goList(value) : goObject(value as Record<string, unknown>);
    default:
      return 'null';
  }
}

function goObject(object: Record<string, unknown>): string {
  let text = '{';
  for (const key of Object.keys(object).sort()) {
    const value = object[key];
    if (value === undefined) continue;
    if (text.length > 1) text += ',';
    text += prefixOf(key) + goJson(value);
  }
  return `${text}}`;
}

function goList(list: readonly unknown[]): string {
  let text = '[';
  for (const value of list) text += (text.length > 1 ? ',' : '') + goJson(value);
  return `${text}]`;
}

function prefixOf(key: string): string {
  const known = prefixes.get(key);
  if (known !== undefined) return known;
  const prefix = `${goString(key)}:`;
  if (prefixes.size < MOST_PREFIXES) prefixes.set(key, prefix);
  return prefix;
}

/** Most texts need no escape, and a test is cheaper than a call of JSON.stringify. */
function goString(text: string): string {
  if (!NEEDS_ESCAPES.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(GO_ESCAPES, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
