import type { HashTable, Look } from '../index/image.ts';
import { ANY_KEY, EMPTY_KEY, KEY_SHIFT, type KeyLook, NO_KEY } from '../index/keys.ts';
import { LENGTH_SHIFT, SAMPLES, SPREAD, shiftOf, WINDOW, WINDOW_MASK } from '../index/units.ts';

/**
 * Code that looks the text `v`, of `n` units, up: the filter of a table inline, what passes it by a call. Nothing but
 * whole numbers enters it. It uses `words`, the array of the image, `WEIGHTS`, `finder`, `keys`, and `ask`, the name of
 * the field's ValueFinder, for what is rare. `slot`: where the hash of a whole value is noted as its key.
 */
export function lookCode(look: Look, index: number, ask: string, slot?: number): string[] {
  switch (look.kind) {
    case 'whole':
      return wholeCode(look, `${ask}.findBy(${index}, v);`, slot);
    case 'start':
    case 'end':
      return edgeCode(look);
    case 'inner':
      return look.stride === 1 && look.width === WINDOW ? everyWindowCode(look.table) : stridingCode(look);
    default:
      return [`${ask}.findBy(${index}, v);`];
  }
}

function wholeCode(
  { samples, table, empty }: Extract<Look, { kind: 'whole' }>,
  slowly: string,
  slot: number | undefined,
): string[] {
  const otherwise = [
    ...(slot === undefined ? [] : [`keys[${slot}] = ${EMPTY_KEY};`]),
    ...(empty.length > 0 ? [slowly] : []),
  ];
  return [
    `if (n > 0) {`,
    `const h = ${wholeHashOf(samples)};`,
    ...(slot === undefined ? [] : [`keys[${slot}] = h >>> ${KEY_SHIFT};`]),
    probe(table, 'probeWhole'),
    `}`,
    ...(otherwise.length > 0 ? [`else {`, ...otherwise, `}`] : []),
  ];
}

/** As `wholeHash`. */
function wholeHashOf(samples: readonly number[]): string {
  const parts = samples.map((sample) => `${weightAt(SAMPLES[sample]?.source ?? '')} << ${shiftOf(sample)}`);
  return `Math.imul(${[`n << ${LENGTH_SHIFT}`, ...parts].join(' ^ ')}, ${SPREAD})`;
}

/** Notes a key of the text `v`: as `keyOfText`. */
export function keyCode(look: KeyLook): string[] {
  const { kind, slot } = look;
  if (kind === 'more' || kind === 'less') return [`keys[${slot}] = ${ANY_KEY};`];
  const [enough, hash, otherwise] =
    kind === 'whole'
      ? ['n > 0', wholeHashOf(look.samples), EMPTY_KEY]
      : [`n >= ${look.windows * WINDOW}`, edgeHashOf(kind, look.windows), NO_KEY];
  return [`keys[${slot}] = ${enough} ? ${hash} >>> ${KEY_SHIFT} : ${otherwise};`];
}

function edgeCode({ kind, windows, table }: Extract<Look, { kind: 'start' | 'end' }>): string[] {
  const call = probe(table, 'probeLiterals', kind === 'start' ? 'v, 0' : 'v, n - 1');
  return [`if (n >= ${windows * WINDOW}) {`, `const h = ${edgeHashOf(kind, windows)};`, call, `}`];
}

/** As `edgeHash`. */
function edgeHashOf(edge: 'start' | 'end', windows: number): string {
  let hash = '0';
  for (let window = 0; window < windows; window++) {
    const before = window * WINDOW;
    const places =
      edge === 'start' ? [0, 1, 2].map((at) => `${before + at}`) : [3, 2, 1].map((at) => `n - ${before + at}`);
    hash = `Math.imul(${hash} ^ ${windowOf(places)}, ${SPREAD})`;
  }
  return hash;
}

/** Window by window; each unit is read once. */
function everyWindowCode(table: HashTable): string[] {
  return [
    `if (n >= ${WINDOW}) {`,
    `let w = ${weightAt('0')} << 6 ^ ${weightAt('1')};`,
    `for (let i = ${WINDOW - 1}; i < n; i++) {`,
    `w = (w << 6 ^ ${weightAt('i')}) & ${WINDOW_MASK};`,
    `const h = Math.imul(w, ${SPREAD});`,
    probe(table, 'probeLiterals', 'v, i'),
    `}`,
    `}`,
  ];
}

/** By windows at a distance: as many fewer hashes, and where windows do not meet, units. */
function stridingCode({ table, width, stride }: Extract<Look, { kind: 'inner' }>): string[] {
  const window = width === 2 ? `${weightAt('i - 1')} << 6 ^ ${weightAt('i')}` : windowOf(['i - 2', 'i - 1', 'i']);
  return [
    `for (let i = ${width - 1}; i < n; i += ${stride}) {`,
    `const h = Math.imul(${window}, ${SPREAD});`,
    probe(table, 'probeLiterals', 'v, i'),
    `}`,
  ];
}

/** As `windowAt`. */
function windowOf(places: readonly string[]): string {
  const [first, second, third] = places.map(weightAt);
  return `(${first} << 12 ^ ${second} << 6 ^ ${third}) & ${WINDOW_MASK}`;
}

function weightAt(place: string): string {
  return `WEIGHTS[v.charCodeAt(${place})]`;
}

/** Asks the table when its filter may know the hash `h`. A shift takes the lower five bits of its distance. */
export function probe({ filter, filterShift, slots, slotShift }: HashTable, call: string, given?: string): string {
  const args = [slots, slotShift, 'h', ...(given ? [given] : [])].join(', ');
  return [
    `const f = words[${filter} + (h >>> ${filterShift})];`,
    `if ((f >> h & f >> (h >>> 5) & 1) === 1) finder.${call}(${args});`,
  ].join('\n');
}
