import { writeFile } from 'node:fs/promises';
import { readRuleFiles } from '../lib/local/read-rules.ts';
import { InputError } from '../lib/model/errors.ts';
import { PrebuildError, prebuildRuleSet } from '../lib/sigma/index.ts';

/** Compiles a folder of rules into the file that detect loads. False, with every reason told, where they cannot be used. */
export async function prebuildRules(folder: string, file: string): Promise<boolean> {
  try {
    await writeFile(file, prebuildRuleSet(await readRuleFiles(folder)));
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
