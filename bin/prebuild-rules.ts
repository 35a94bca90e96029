import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readDeclaredLists } from '../lib/cli/rule-sources.ts';
import { readRuleFiles } from '../lib/local/read-rules.ts';
import { InputError } from '../lib/model/errors.ts';
import { PrebuildError, prebuildRuleSet } from '../lib/sigma/index.ts';

/**
 * Compiles a folder of rules into what detect loads: `rules.json` and `lists.json` in `out`. False, with every reason
 * told, where they cannot be used.
 */
export async function prebuildRules(folder: string, out: string): Promise<boolean> {
  try {
    const lists = await readDeclaredLists(folder);
    await writeFile(join(out, 'rules.json'), prebuildRuleSet(await readRuleFiles(folder)));
    await writeFile(join(out, 'lists.json'), JSON.stringify([...lists]));
    return true;
  } catch (error) {
    for (const line of complaintsOf(error, folder)) console.error(line);
    return false;
  }
}

function complaintsOf(error: unknown, folder: string): string[] {
  if (error instanceof InputError) return [`${error.message} ${error.hint}`];
  if (!(error instanceof PrebuildError)) throw error;
  return error.problems.map(
    ({ file, line, column, message, hint }) =>
      `${folder}/${file}:${line}:${column} ${message}${hint ? `\n  ${hint}` : ''}`,
  );
}
