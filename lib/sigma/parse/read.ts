import { didYouMean } from '../../model/nearest.ts';
import type { Place, Report } from './report.ts';
import type { Entry, MapTree, Tree } from './tree.ts';

/** The entry of a key. */
export function entryOf(map: MapTree, key: string): Entry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/** Reports every key that is not known, with the nearest that is. */
export function refuseUnknownKeys(map: MapTree, known: readonly string[], where: string, report: Report): void {
  for (const { key, at } of map.entries) {
    if (known.includes(key)) continue;
    const hint = didYouMean(key, known) ?? `Keys of ${where}: ${known.join(', ')}.`;
    report.error(at, `"${key}" is not a key of ${where}`, hint);
  }
}

/** The map under a key; an error where it is something else. */
export function mapAt(map: MapTree, key: string, report: Report): MapTree | undefined {
  const entry = entryOf(map, key);
  if (!entry) return undefined;
  if (entry.value.kind === 'map') return entry.value;
  return void report.error(entry.at, `${key} must be a mapping of keys and values`);
}

/** The text under a key; numbers and booleans as written. */
export function textAt(map: MapTree, key: string, report: Report): string | undefined {
  const entry = entryOf(map, key);
  return entry ? textOf(entry.value, entry.at, key, report) : undefined;
}

export function textOf(tree: Tree, at: Place, name: string, report: Report): string | undefined {
  if (tree.kind === 'scalar' && tree.value !== null) return tree.source;
  const empty = tree.kind === 'scalar';
  const hint = empty
    ? 'Write its text after the colon, or take it out.'
    : 'Write one text, without brackets or dashes.';
  return void report.error(at, `${name} must be a text`, hint);
}

/** The texts under a key that takes one or a list of them. */
export function textsAt(map: MapTree, key: string, report: Report): { text: string; at: Place }[] | undefined {
  const entry = entryOf(map, key);
  if (!entry) return undefined;
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  return items.flatMap((item) => {
    const text = textOf(item, item.at, `${key}, and each entry of it,`, report);
    return text === undefined ? [] : [{ text, at: item.at }];
  });
}

export function booleanAt(map: MapTree, key: string, report: Report): boolean | undefined {
  const entry = entryOf(map, key);
  if (!entry) return undefined;
  if (entry.value.kind === 'scalar' && typeof entry.value.value === 'boolean') return entry.value.value;
  return void report.error(entry.at, `${key} must be true or false`);
}

/** A finite number under a key; digits in quotes count. */
export function numberAt(map: MapTree, key: string, report: Report): number | undefined {
  const entry = entryOf(map, key);
  if (!entry) return undefined;
  const number = entry.value.kind === 'scalar' ? numberOf(entry.value.value) : undefined;
  if (number !== undefined) return number;
  return void report.error(entry.value.at, `${key} must be a number`);
}

/** A number, or a text that is one. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
