import { renameTo } from '../../model/nearest.ts';
import type { Item, Logic, Value } from '../ast.ts';
import { listsIn, misnamedList } from '../compile/expand.ts';
import { compileItem, type ItemContext } from '../compile/item.ts';
import { type ParsedCondition, parseCondition } from '../condition/parse.ts';
import { resolveCondition } from '../condition/resolve.ts';
import { entryOf } from './read.ts';
import type { Place, Report } from './report.ts';
import type { Entry, MapTree, Tree } from './tree.ts';

const NO_LISTS: ItemContext = { lists: new Map(), zone: 'UTC', emptyUnknownLists: true };

const TIMEFRAME_HINT =
  'timeframe is gone from Sigma: write a correlation rule with timespan (and group-by) that names this rule.';

/** Keys of a `detection` or `filter` map that are no search identifiers. */
export interface DetectionShape {
  readonly name: 'detection' | 'filter';
  readonly reserved: readonly string[];
  /** True: a `condition` stands beside the map instead of in it. */
  readonly misplaced?: boolean;
}

/** Search identifiers and condition of a rule or filter, put together. Undefined after errors. */
export function parseDetection(map: MapTree, shape: DetectionShape, report: Report): Logic<Item> | undefined {
  const before = report.errors();
  const searches = new Map<string, Logic<Item>>();
  const places = new Map<string, Place>();
  for (const entry of map.entries) {
    if (entry.key === 'condition' || shape.reserved.includes(entry.key)) continue;
    if (entry.key === 'timeframe') {
      report.error(entry.at, '"timeframe" is not supported', TIMEFRAME_HINT);
      continue;
    }
    searches.set(entry.key, parseSearch(entry.value, entry.at, report));
    places.set(entry.key, entry.at);
  }
  const condition = entryOf(map, 'condition');
  if (!condition) {
    report.error(
      map.at,
      `${shape.name} has no condition`,
      shape.misplaced
        ? `Indent the "condition" that stands at the top: it belongs into ${shape.name}.`
        : (renameTo('condition', searches.keys()) ?? 'Add "condition: …".'),
    );
    return undefined;
  }
  if (searches.size === 0) report.error(map.at, `${shape.name} has no search identifier`, 'Add "selection: …".');
  const logic = parseConditions(condition, searches, places, report);
  return report.errors() === before ? logic : undefined;
}

/** A condition, or a list of them of which any may hold. */
function parseConditions(
  entry: Entry,
  searches: ReadonlyMap<string, Logic<Item>>,
  places: ReadonlyMap<string, Place>,
  report: Report,
): Logic<Item> | undefined {
  const trees = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  const before = report.errors();
  const used = new Set<string>();
  const logics = trees.flatMap((tree) => parseOneCondition(tree, searches, used, report) ?? []);
  if (trees.length === 0) report.error(entry.at, 'condition is an empty list', 'Write "condition: selection".');
  if (report.errors() === before) tellUnused(used, places, report);
  const [only] = logics;
  return logics.length === 1 ? only : { or: logics };
}

function parseOneCondition(
  tree: Tree,
  searches: ReadonlyMap<string, Logic<Item>>,
  used: Set<string>,
  report: Report,
): Logic<Item> | undefined {
  if (tree.kind !== 'scalar' || tree.value === null) {
    return void report.error(tree.at, 'condition must be a text or a list of texts', 'Write "condition: selection".');
  }
  const parsed = parseCondition(tree.source);
  tellProblems(parsed, tree.at, report);
  if (!parsed.condition) return undefined;
  const resolved = resolveCondition(parsed.condition, searches);
  for (const { message, hint } of resolved.problems) report.error(tree.at, message, hint);
  for (const name of resolved.used) used.add(name);
  return resolved.logic;
}

function tellProblems(parsed: ParsedCondition, at: Place, report: Report): void {
  for (const { message, hint } of parsed.problems) report.error(at, message, hint);
  if (parsed.shouted.length === 0) return;
  report.warning(
    at,
    `condition keywords in capitals: ${[...new Set(parsed.shouted)].join(', ')}`,
    'Other tools read lower case only.',
  );
}

function tellUnused(used: ReadonlySet<string>, places: ReadonlyMap<string, Place>, report: Report): void {
  for (const [name, at] of places) {
    if (used.has(name) || name.startsWith('_')) continue;
    report.warning(at, `the condition does not use "${name}"`, 'Use it, or take it out.');
  }
}

/** What one search identifier stands for. */
function parseSearch(tree: Tree, at: Place, report: Report): Logic<Item> {
  if (tree.kind === 'map') return parseMap(tree, report);
  if (tree.kind === 'list') return parseList(tree.items, tree.at, report);
  if (tree.value === null) report.error(at, 'a search identifier needs fields and values, or keywords');
  return keywords([tree], tree.at, report);
}

function parseMap(map: MapTree, report: Report): Logic<Item> {
  if (map.entries.length === 0) report.error(map.at, 'the mapping is empty', 'Add "field: value".');
  return { and: map.entries.map((entry) => parseItem(entry, report)) };
}

/** A list of maps (any of them), of keywords (any of them), or of both. */
function parseList(items: readonly Tree[], at: Place, report: Report): Logic<Item> {
  if (items.length === 0) report.error(at, 'the list is empty');
  const scalars = items.filter((item) => item.kind === 'scalar');
  const maps = items.flatMap((item) => (item.kind === 'map' ? [parseMap(item, report)] : []));
  for (const item of items)
    if (item.kind === 'list') report.error(item.at, 'a list inside a list', 'Take one of them out.');
  const words = scalars.length > 0 ? [keywords(scalars, at, report)] : [];
  const parts = [...words, ...maps];
  const [only] = parts;
  return parts.length === 1 && only ? only : { or: parts };
}

function keywords(trees: readonly Tree[], at: Place, report: Report): Item {
  return checked({ field: '', modifiers: [], values: valuesOf(trees, report), at }, report);
}

/** Everything but undefined lists is found here, so that one run tells all. */
function checked(item: Item, report: Report): Item {
  if (item.values.length === 0) return item;
  const expr = compileItem(item, NO_LISTS);
  if ('message' in expr) report.error(expr.at ?? item.at, expr.message, expr.hint);
  return item;
}

function parseItem({ key, at, value }: Entry, report: Report): Item {
  const [field = '', ...modifiers] = key.split('|').map((part) => part.trim());
  const trees = value.kind === 'list' ? value.items : [value];
  if (value.kind === 'map') {
    const hint = `Write "${key}.${value.entries[0]?.key ?? 'name'}: …" for a field below it.`;
    report.error(value.at, `the value of "${key}" is a mapping`, hint);
  }
  if (trees.length > 1 && trees.some((tree) => tree.kind === 'scalar' && tree.value === null)) {
    report.warning(
      value.at,
      'null in a list of values',
      'Other tools want "field: null" as its own search identifier.',
    );
  }
  warnOfModifiers(modifiers, trees, at, report);
  if (value.kind === 'list' && trees.length === 0) {
    report.error(at, 'the list of values is empty', 'Leave the item out, or use null.');
  }
  const values = value.kind === 'map' ? [] : valuesOf(trees, report);
  return checked({ field: field.replaceAll(' ', ''), modifiers, values, at }, report);
}

/** Modifiers that are legal and change nothing. */
function warnOfModifiers(modifiers: readonly string[], trees: readonly Tree[], at: Place, report: Report): void {
  const repeated = modifiers.find((modifier, index) => modifiers.indexOf(modifier) !== index);
  if (repeated !== undefined) report.warning(at, `the modifier "${repeated}" stands twice`);
  if (modifiers.includes('all') && trees.length < 2) report.warning(at, 'all changes nothing: there is one value');
  if (modifiers.includes('expand') && !trees.some(hasPercents)) {
    report.warning(at, 'expand changes nothing: no value names a list', 'Write the name of a list as %name%.');
  }
}

/** Whether a value names a list, or tries to. */
function hasPercents(tree: Tree): boolean {
  return tree.kind === 'scalar' && (listsIn(tree.source).length > 0 || misnamedList(tree.source) !== undefined);
}

function valuesOf(trees: readonly Tree[], report: Report): Value[] {
  return trees.flatMap((tree) => {
    if (tree.kind === 'scalar') return [{ value: tree.value, source: tree.source, at: tree.at }];
    if (tree.kind === 'list') report.error(tree.at, 'a list inside a list of values', 'Take one of them out.');
    else if (trees.length > 1)
      report.error(tree.at, 'a mapping among values', 'Give it a search identifier of its own.');
    return [];
  });
}
