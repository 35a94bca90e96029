import { nearest, renameTo } from '../../model/nearest.ts';
import type { LogSource } from '../../model/rule.ts';
import { entryOf, textAt } from './read.ts';
import type { Report } from './report.ts';
import type { MapTree } from './tree.ts';

const KEYS = ['product', 'category', 'service'] as const;

/** `logsource`; further keys are legal and only told when they look like a slip. */
export function parseLogSource(map: MapTree, report: Report): LogSource {
  const entry = entryOf(map, 'logsource');
  if (!entry) {
    const hint =
      renameTo(
        'logsource',
        map.entries.map(({ key }) => key),
      ) ?? 'Add "logsource: {product: …, service: …}".';
    report.error(map.at, 'there is no logsource', hint);
    return {};
  }
  const { value } = entry;
  if (value.kind !== 'map') {
    report.error(entry.at, 'logsource must be a mapping', 'Give it product, category or service.');
    return {};
  }
  for (const { key, at } of value.entries) {
    const near = [...KEYS, 'definition'].includes(key) ? undefined : nearest(key, KEYS);
    if (near !== undefined) report.warning(at, `"${key}" is not a key of logsource`, `Did you mean "${near}"?`);
  }
  const pairs = KEYS.flatMap((key) => {
    const text = textAt(value, key, report);
    return text === undefined ? [] : [[key, text.toLowerCase()] as const];
  });
  const named = KEYS.some((key) => entryOf(value, key));
  if (!named) report.error(entry.at, 'logsource names nothing', 'Give it product, category or service.');
  return Object.fromEntries(pairs);
}
