import type { Finds } from './finds.ts';

/** Tells of a text which predicates of one field it satisfies, or may satisfy. */
export type FindText = (table: never, text: string, found: Finds) => void;

/** A table and how to look into it. */
export interface Look {
  readonly find: FindText;
  readonly table: unknown;
}
