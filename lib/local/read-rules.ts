import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InputError } from '../model/errors.ts';
import type { RuleFile } from '../sigma/index.ts';

/** Where a folder of rules says what its lists hold at the start: no rule. */
const LISTS_FILE = 'lists.yaml';
/** A process may have few files open, 256 on some machines; folders of rules hold thousands. */
const OPEN_AT_ONCE = 32;

/** Every `.yml` and `.yaml` file of a folder and its folders, by path. Throws InputError where there is none. */
export async function readRuleFiles(folder: string): Promise<RuleFile[]> {
  const names = (await namesIn(folder)).filter((name) => /\.ya?ml$/.test(name) && name !== LISTS_FILE).sort();
  if (names.length === 0) {
    throw new InputError(`${folder} holds no rules.`, 'Rules are Sigma files whose names end with .yml or .yaml.');
  }
  const files: RuleFile[] = [];
  for (let at = 0; at < names.length; at += OPEN_AT_ONCE) {
    const next = names.slice(at, at + OPEN_AT_ONCE);
    files.push(...(await Promise.all(next.map((name) => readRule(folder, name)))));
  }
  return files;
}

async function readRule(folder: string, name: string): Promise<RuleFile> {
  try {
    return { file: name.split(sep).join('/'), text: await readFile(join(folder, name), 'utf8') };
  } catch (cause) {
    throw new InputError(`${join(folder, name)} cannot be read.`, 'Make it readable, or move it elsewhere.', { cause });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((e) => relative(folder, join(e.parentPath, e.name)));
  } catch (cause) {
    throw new InputError(`The rules folder ${folder} cannot be read.`, 'Give an existing folder with --rules DIR.', {
      cause,
    });
  }
}
