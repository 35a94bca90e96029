import { BlockList, isIP } from 'node:net';
import type { Expr, Predicate, Token } from '../../lib/sigma/ast.ts';
import { timePart } from '../../lib/sigma/event/time-part.ts';

/**
 * A second evaluator of compiled rules, as plain as can be: no index, nothing shared or remembered, one question after
 * the other, and other means than the engine's (native case folding, ipaddr-free arithmetic on BigInt, native RegExp).
 * What it says is what the index must say.
 */
export function holds(expr: Expr, event: object): boolean {
  if ('and' in expr) return expr.and.every((part) => holds(part, event));
  if ('or' in expr) return expr.or.some((part) => holds(part, event));
  if ('not' in expr) return !holds(expr.not, event);
  if ('least' in expr) return expr.of.filter((part) => holds(part, event)).length >= expr.least;
  return predicateHolds(expr, event);
}

/** Levels below the event that rules see. */
const LEVELS = 100;
const cutEvents = new WeakMap<object, object>();

/** The event with every object and array below the last level emptied. */
function cut(event: object): object {
  const known = cutEvents.get(event) ?? (emptied(event, 0) as object);
  cutEvents.set(event, known);
  return known;
}

function emptied(value: unknown, level: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return level > LEVELS ? [] : value.map((each) => emptied(each, level + 1));
  const entries = level > LEVELS ? [] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, each]) => [key, emptied(each, level + 1)]));
}

/** Whether one predicate holds. */
export function predicateHolds(predicate: Predicate, whole: object): boolean {
  const event = cut(whole);
  const values = predicate.field === '' ? everyScalar(event) : valuesOf(event, predicate.field.split('.'));
  switch (predicate.op) {
    case 'exists':
      return values !== undefined;
    case 'null':
      return values === undefined || values.length === 0 || values.includes(null);
    case 'fieldref':
      return (values ?? []).some((value) =>
        refers(predicate, value, valuesOf(event, predicate.other.split('.')) ?? []),
      );
    default:
      return (values ?? []).some((value) => valueHolds(predicate, value));
  }
}

type Asked = Exclude<Predicate, { op: 'exists' | 'null' | 'fieldref' }>;

function valueHolds(predicate: Asked, value: unknown): boolean {
  const text = asText(value);
  switch (predicate.op) {
    case 'text':
      return text !== undefined && pattern(predicate.tokens, predicate.cased).test(text);
    case 'regex':
      return text !== undefined && new RegExp(predicate.pattern, `${predicate.flags}u`).test(text);
    case 'number':
      return asNumber(value) !== undefined && compare(asNumber(value) ?? 0, predicate.compare, predicate.value);
    case 'cidr':
      return typeof value === 'string' && inRange(value, predicate.range);
    case 'time': {
      const part = timePart(value, predicate.part, predicate.zone);
      return part !== undefined && compare(part, predicate.compare, predicate.value);
    }
  }
}

const patterns = new Map<string, RegExp>();

/** `/iu` compares under simple case folding, code point by code point: the engine's own idea of it. */
function pattern(tokens: readonly Token[], cased: boolean): RegExp {
  const key = JSON.stringify([tokens, cased]);
  const known = patterns.get(key);
  if (known) return known;
  const source = tokens.map((token) => (token === 0 ? '[^]*' : token === 1 ? '[^]' : quoted(token))).join('');
  const made = new RegExp(`^${source}$`, cased ? 'u' : 'iu');
  patterns.set(key, made);
  return made;
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function refers(
  predicate: Extract<Predicate, { op: 'fieldref' }>,
  value: unknown,
  others: readonly unknown[],
): boolean {
  const text = asText(value);
  return others.some((other) => {
    const wanted = asText(other);
    if (text === undefined || wanted === undefined) return false;
    const tokens: Token[] = [wanted];
    if (predicate.how === 'contains' || predicate.how === 'endswith') tokens.unshift(0);
    if (predicate.how === 'contains' || predicate.how === 'startswith') tokens.push(0);
    return pattern(tokens, predicate.cased).test(text);
  });
}

/** Undefined when the field is not there. */
function valuesOf(value: unknown, path: readonly string[]): unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    const all = value.map((each) => valuesOf(each, path)).filter((each) => each !== undefined);
    return all.length > 0 ? all.flat() : undefined;
  }
  const whole = path.join('.');
  if (Object.hasOwn(value, whole)) return [(value as Record<string, unknown>)[whole]].flat(Number.POSITIVE_INFINITY);
  for (let length = 1; length < path.length; length++) {
    const head = path.slice(0, length).join('.');
    const below = Object.hasOwn(value, head)
      ? valuesOf((value as Record<string, unknown>)[head], path.slice(length))
      : undefined;
    if (below) return below;
  }
  return undefined;
}

function everyScalar(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value];
  return Object.values(value).flatMap(everyScalar);
}

function asText(value: unknown): string | undefined {
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

function compare(a: number, op: string, b: number): boolean {
  const sign = Math.sign(a - b);
  return { gt: sign > 0, gte: sign >= 0, lt: sign < 0, lte: sign <= 0, eq: sign === 0, neq: sign !== 0 }[op] ?? false;
}

/** By Node's own lists of addresses, which take an IPv4 address for the IPv6 one that carries it. */
function inRange(text: string, range: string): boolean {
  const address = isIP(text) === 4 ? text : text.replace(/%[^%]+$/, '');
  const family = familyOf(address, text);
  if (!family) return false;
  // An IPv4 address is in no range of IPv6, not even in all of it.
  if (isVersion4(address) !== isVersion4(range.split('/')[0] ?? '')) return false;
  return listOf(range).check(address, family);
}

/** Undefined for what is no address; only those of version 6 may name a zone. */
function familyOf(address: string, text: string): 'ipv4' | 'ipv6' | undefined {
  if (isIP(address) === 6) return 'ipv6';
  return isIP(text) === 4 ? 'ipv4' : undefined;
}

function isVersion4(address: string): boolean {
  return isIP(address) === 4 || /^::ffff:/i.test(address);
}

const lists = new Map<string, BlockList>();

function listOf(range: string): BlockList {
  const known = lists.get(range);
  if (known) return known;
  const [host = '', bits] = range.split('/');
  const [family, all] = isIP(host) === 4 ? (['ipv4', 32] as const) : (['ipv6', 128] as const);
  const list = new BlockList();
  list.addSubnet(host, bits === undefined ? all : Number(bits), family);
  lists.set(range, list);
  return list;
}
