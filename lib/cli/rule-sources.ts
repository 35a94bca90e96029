import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readRuleFiles } from '../local/read-rules.ts';
import { InputError } from '../model/errors.ts';
import { type DeclaredLists, LISTS_FILE } from '../rules/lists-file.ts';
import { parseListsFile } from '../rules/parse-lists-file.ts';
import type { RuleFile, RuleProblem } from '../sigma/index.ts';
import type { Host } from './command.ts';
import { printable } from './output/printable.ts';

/** Rule files, and the lists that are declared beside them. */
export interface RuleSources {
  /** What was asked for: a folder, or one file. */
  readonly path: string;
  readonly files: readonly RuleFile[];
  readonly lists: DeclaredLists;
  /** Where a file lies, for people: the name that opens it from here. */
  placeOf(file: string): string;
}

/** Reads a folder of rules with its `lists.yaml`, or one file. Throws InputError for what cannot be read. */
export async function readRuleSources(path: string, listsFile?: string): Promise<RuleSources> {
  const lists = listsFile === undefined ? undefined : await readListsFile(listsFile);
  if (await isFile(path)) {
    const files = [{ file: basename(path), text: await readText(path) }];
    return { path, files, lists: lists ?? new Map(), placeOf: () => path };
  }
  const files = await readRuleFiles(path);
  return { path, files, lists: lists ?? (await readDeclaredLists(path)), placeOf: (file) => join(path, file) };
}

/** The folder that a command was given, else the shipped rules. */
export function rulesFolder(given: string | undefined, host: Host): string {
  return given ?? join(host.packageFolder, 'rules');
}

/** What a folder's `lists.yaml` declares; nothing where there is no such file. */
export async function readDeclaredLists(folder: string): Promise<DeclaredLists> {
  const path = join(folder, LISTS_FILE);
  return (await isFile(path)) ? readListsFile(path) : new Map();
}

async function readListsFile(path: string): Promise<DeclaredLists> {
  return parseListsFile(await readText(path), path);
}

/** `rules/a.yml:3:5: error: what is wrong (what to do)`, as editors and terminals make links of it. */
export function problemLine(place: string, { line, column, level, message, hint }: RuleProblem): string {
  const advice = hint === undefined ? '' : ` (${printable(hint)})`;
  return `${printable(place)}:${line}:${column}: ${level}: ${printable(message)}${advice}\n`;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new InputError(`${path} cannot be read.`, 'Name an existing file.', { cause });
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
