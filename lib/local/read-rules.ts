import { readdir, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { InputError } from '../model/errors.ts';
import type { RuleFile } from '../sigma/index.ts';

/** Where a folder of rules says what its lists hold at the start: no rule. */
const LISTS_FILE = 'lists.yaml';

/** Every `.yml` and `.yaml` file of a folder and its folders, by path. Throws InputError where there is none. */
export async function readRuleFiles(folder: string): Promise<RuleFile[]> {
  const names = (await namesIn(folder)).filter((name) => /\.ya?ml$/.test(name) && name !== LISTS_FILE).sort();
  if (names.length === 0) {
    throw new InputError(`${folder} holds no rules.`, 'Rules are Sigma files whose names end with .yml or .yaml.');
  }
  return Promise.all(
    names.map(async (name) => ({
      file: name.split(sep).join('/'),
      text: await readFile(join(folder, name), 'utf8'),
    })),
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder, { recursive: true });
  } catch (cause) {
    throw new InputError(`The rules folder ${folder} cannot be read.`, 'Give an existing folder with --rules DIR.', {
      cause,
    });
  }
}
