import * as yaml from 'yaml';
import * as z from 'zod';
import { InputError } from '../model/errors.ts';
import { parseTimestamp } from '../model/timestamp.ts';
import { type DeclaredList, type DeclaredLists, expiryText, type ListEntry } from './lists-file.ts';

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
