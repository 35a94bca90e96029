import type { FieldLooks } from '../index/image.ts';
import type { Finder } from './finder.ts';
import { KeyFinder } from './key-finder.ts';
import { readCarefully } from './reader.ts';
import { ValueFinder } from './value-finder.ts';

/** All that is looked up of one field, for any event. */
export class FieldFinder {
  readonly values: ValueFinder;
  private readonly field: string;
  private readonly keys: KeyFinder;

  constructor(finder: Finder, { field, looks, keys }: FieldLooks) {
    this.field = field;
    this.values = new ValueFinder(finder, looks);
    this.keys = new KeyFinder(finder, keys);
  }

  /** Of an event. */
  scan(event: object): void {
    this.find(this.read(event));
  }

  /** Of a value: a scalar, undefined, or an array of several. */
  find(value: unknown): void {
    this.values.find(value);
    this.keys.note(value);
  }

  read(event: object): unknown {
    return readCarefully(this.field, event);
  }
}
