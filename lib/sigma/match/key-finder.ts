import { textOfScalar } from '../event/fields.ts';
import { ANY_KEY, type KeyLook, keyOfLess, keyOfMore, keyOfText, NO_KEY } from '../index/keys.ts';
import type { Finder } from './finder.ts';

/** Whole numbers below are looked up once. */
const SMALL_NUMBERS = 256;

/** Of more values than this, no keys are made. */
const MOST_VALUES = 16;

/** Whether a value is a number of which there are few. */
export function isSmall(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < SMALL_NUMBERS && Number.isInteger(value);
}

/** Notes the keys of the values of one field: any value. What is generated does the same for plain texts. */
export class KeyFinder {
  private readonly finder: Finder;
  private readonly looks: readonly KeyLook[];
  /** By small number, its keys. */
  private readonly ofNumbers: (Int32Array | undefined)[] = [];

  constructor(finder: Finder, looks: readonly KeyLook[]) {
    this.finder = finder;
    this.looks = looks;
  }

  note(value: unknown): void {
    const { finder, looks } = this;
    if (value === undefined || value === null) this.noteAll(NO_KEY);
    else if (Array.isArray(value)) this.noteSeveral(value);
    else if (isSmall(value)) this.noteSmall(value);
    else for (const look of looks) finder.keys[look.slot] = keyOf(look, value);
  }

  private noteSeveral(values: readonly unknown[]): void {
    const { finder, looks } = this;
    for (const look of looks) {
      finder.several = true;
      finder.keys[look.slot] = ANY_KEY;
      finder.severalKeys[look.slot] =
        values.length <= MOST_VALUES ? values.map((value) => keyOf(look, value)) : undefined;
    }
  }

  private noteAll(key: number): void {
    for (const { slot } of this.looks) this.finder.keys[slot] = key;
  }

  private noteSmall(value: number): void {
    const { finder, looks } = this;
    const keys = this.ofNumbers[value] ?? Int32Array.from(looks, (look) => keyOf(look, value));
    this.ofNumbers[value] = keys;
    for (let at = 0; at < looks.length; at++) finder.keys[(looks[at] as KeyLook).slot] = keys[at] as number;
  }
}

function keyOf(look: KeyLook, value: unknown): number {
  if (look.kind !== 'more' && look.kind !== 'less') return keyOfText(look, textOfScalar(value) ?? '');
  if (typeof value !== 'number') return ANY_KEY;
  return look.kind === 'more' ? keyOfMore(value) : keyOfLess(value);
}
