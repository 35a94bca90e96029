import * as yaml from 'yaml';
import * as z from 'zod';
import { InputError } from '../model/errors.ts';
import { parseTimestamp } from '../model/timestamp.ts';
import type { Lists } from '../sigma/index.ts';

/** Where a folder of rules says what its lists hold at the start. */
export const LISTS_FILE = 'lists.yaml';

/** One entry of a list: literal text, compared without regard to case. */
export interface ListEntry {
  readonly value: string;
  /** Who answers for it. */
  readonly owner?: string | undefined;
  /** RFC 3339: from then on it does not count. Absent: for ever. */
  readonly expires?: string | undefined;
  readonly note?: string | undefined;
}

/** A list as `rules/lists.yaml` declares it. */
export interface DeclaredList {
  readonly description?: string | undefined;
  readonly entries: readonly ListEntry[];
}

/** List name → what is declared of it. */
export type DeclaredLists = ReadonlyMap<string, DeclaredList>;

const HINT = 'Write each list as "Name: {description: …, entries: […]}" or as "Name: [a, b]".';

const expires = z
  .string()
  .transform(expiryText)
  .refine((text) => parseTimestamp(text) !== undefined, 'is not a day such as 2027-01-31');
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const entry = z.union(
  [
    text.transform((value): ListEntry => ({ value })),
    z.strictObject({ value: text, owner: z.string(), expires, note: z.string() }).partial({
      owner: true,
      expires: true,
      note: true,
    }),
  ],
  'is neither a text nor {value, owner, expires, note}',
);
const entries = z.array(entry).nullish();
const list = z.union(
  [
    entries.transform((found): DeclaredList => ({ entries: found ?? [] })),
    z
      .strictObject({ description: z.string().optional(), entries })
      .transform(({ description, entries: found }): DeclaredList => ({ description, entries: found ?? [] })),
  ],
  'is neither a list of entries nor {description, entries}',
);
const file = z.record(z.string().regex(/^[A-Za-z0-9_.-]+$/, 'is not a name of letters, digits, _, - and .'), list);

/** Reads a lists file: `Name: [entry, …]` or `Name: {description, entries}`. Throws InputError, which names the place. */
export function parseListsFile(yamlText: string, path: string): DeclaredLists {
  let read: unknown;
  try {
    read = yaml.parse(yamlText) ?? {};
  } catch (cause) {
    const [line] = String(cause instanceof Error ? cause.message : cause).split('\n');
    throw new InputError(`${path} is not valid YAML: ${line}`, HINT, { cause });
  }
  const parsed = file.safeParse(read);
  if (parsed.success) return new Map(Object.entries(parsed.data));
  const [issue] = parsed.error.issues;
  throw new InputError(`${path}: ${[...(issue?.path ?? [])].join('.') || 'the file'}: ${issue?.message}.`, HINT);
}

/** A day ends its entries when it begins, in UTC. */
export function expiryText(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
}

/** What declared lists hold at `now`: entries without those that have expired. */
export function listsAt(declared: DeclaredLists, now: Date): Lists {
  return new Map([...declared].map(([name, { entries: all }]) => [name, valuesAt(all, now)]));
}

/** The values that count at `now`, each once. */
export function valuesAt(all: readonly ListEntry[], now: Date): string[] {
  return [...new Set(all.filter((one) => !isExpired(one, now)).map(({ value }) => value))];
}

export function isExpired({ expires: end }: ListEntry, now: Date): boolean {
  const time = end === undefined ? undefined : parseTimestamp(end);
  return time !== undefined && time.micros <= now.getTime() * 1000;
}
