/** What Go's encoder writes as an escape, and what JSON does not take raw. Lone surrogates become escapes, too. */
const NEEDS_ESCAPES = /["\\\p{Cc}<>&\u2028\u2029\ud800-\udfff]/u;
const GO_ESCAPES = /[<>&\u2028\u2029]/g;

/** `"key":` by key: most keys come again with every event. */
const prefixes = new Map<string, string>();
const MOST_PREFIXES = 10_000;
const MOST_BY_HAND = 40;

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
  for (const key of inOrder(Object.keys(object))) {
    const value = object[key];
    if (value === undefined) continue;
    if (text.length > 1) text += ',';
    text += prefixOf(key) + goJson(value);
  }
  return `${text}}`;
}

/** Few keys, which mostly come nearly in order, are sorted sooner by hand. */
function inOrder(keys: string[]): string[] {
  if (keys.length > MOST_BY_HAND) return keys.sort();
  for (let at = 1; at < keys.length; at++) {
    const key = keys[at] ?? '';
    let before = at - 1;
    for (; before >= 0 && (keys[before] ?? '') > key; before--) keys[before + 1] = keys[before] ?? '';
    keys[before + 1] = key;
  }
  return keys;
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
