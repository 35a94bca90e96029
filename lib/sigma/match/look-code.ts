import type { HashTable, Look } from '../index/image.ts';
import { LENGTH_SHIFT, SAMPLES, SPREAD, WINDOW, WINDOW_MASK } from '../index/units.ts';

/**
 * Code that looks the text `v`, of `n` units, up: the filter of a table inline, what passes it by a call. Nothing but
 * whole numbers enters it. It uses `words`, the array of the image, `WEIGHTS`, `finder`, and `ask`, the name of the
 * field's ValueFinder, for what is rare.
 */
export function lookCode(look: Look, index: number, ask: string): string[] {
  switch (look.kind) {
    case 'whole':
      return wholeCode(look, `${ask}.findBy(${index}, v);`);
    case 'start':
      return edgeCode(look.table, ['0', '1', '2'], `probeInner`, `v, ${WINDOW - 1}`);
    case 'end':
      return edgeCode(look.table, ['n - 3', 'n - 2', 'n - 1'], `probeEnd`, 'v');
    case 'inner':
      return look.stride === 1 ? everyWindowCode(look.table) : stridingCode(look.table, look.stride);
    default:
      return [`${ask}.findBy(${index}, v);`];
  }
}

/** As `wholeHash`. */
function wholeCode({ samples, table, empty }: Extract<Look, { kind: 'whole' }>, slowly: string): string[] {
  const parts = samples.map((sample) => `${weightAt(SAMPLES[sample]?.source ?? '')} << ${SAMPLES[sample]?.shift}`);
  return [
    `if (n > 0) {`,
    `const h = Math.imul(${[`n << ${LENGTH_SHIFT}`, ...parts].join(' ^ ')}, ${SPREAD});`,
    probe(table, 'probeWhole'),
    empty.length > 0 ? `} else ${slowly}` : `}`,
  ];
}

function edgeCode(table: HashTable, places: readonly string[], call: string, given: string): string[] {
  return [`if (n >= ${WINDOW}) {`, `const h = ${windowOf(places)};`, probe(table, call, given), `}`];
}

/** Window by window; each unit is read once. */
function everyWindowCode(table: HashTable): string[] {
  return [
    `if (n >= ${WINDOW}) {`,
    `let w = ${weightAt('0')} << 6 ^ ${weightAt('1')};`,
    `for (let i = ${WINDOW - 1}; i < n; i++) {`,
    `w = (w << 6 ^ ${weightAt('i')}) & ${WINDOW_MASK};`,
    `const h = Math.imul(w, ${SPREAD});`,
    probe(table, 'probeInner', 'v, i'),
    `}`,
    `}`,
  ];
}

/** By every second or third window: as many fewer hashes. */
function stridingCode(table: HashTable, stride: number): string[] {
  return [
    `for (let i = ${WINDOW - 1}; i < n; i += ${stride}) {`,
    `const h = ${windowOf(['i - 2', 'i - 1', 'i'])};`,
    probe(table, 'probeInner', 'v, i'),
    `}`,
  ];
}

/** As `windowHash`. */
function windowOf(places: readonly string[]): string {
  const [first, second, third] = places.map(weightAt);
  return `Math.imul((${first} << 12 ^ ${second} << 6 ^ ${third}) & ${WINDOW_MASK}, ${SPREAD})`;
}

function weightAt(place: string): string {
  return `WEIGHTS[v.charCodeAt(${place})]`;
}

/** Asks the table when its filter may know the hash `h`. A shift takes the lower five bits of its distance. */
function probe({ filter, filterShift, slots, slotShift }: HashTable, call: string, given?: string): string {
  const args = [slots, slotShift, 'h', ...(given ? [given] : [])].join(', ');
  return [
    `const f = words[${filter} + (h >>> ${filterShift})];`,
    `if ((f >> h & f >> (h >>> 5) & 1) === 1) finder.${call}(${args});`,
  ].join('\n');
}
