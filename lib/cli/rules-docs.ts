import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InputError } from '../model/errors.ts';
import { rulesPage } from '../rules/docs.ts';
import { listsAt } from '../rules/lists-file.ts';
import { ruleJsonSchema } from '../rules/schema.ts';
import { type Arguments, type Command, FOUND, type Host, OK } from './command.ts';
import { printable } from './output/printable.ts';
import { type RuleSources, readRuleSources, rulesFolder } from './rule-sources.ts';
import { loadSources } from './rules-option.ts';

export const rulesDocs: Command = {
  usage: '[DIR] [--out DIR] [--check]',
  description: `Writes rules.md, a page of all rules of a folder, and rules.schema.json, which makes editors
complete and check rule files. Without DIR: of the shipped rules, into docs/.`,
  positionals: ['DIR'],
  options: {
    out: { value: 'DIR', help: 'where the two files go (docs)' },
    check: { help: 'write nothing; exit code 1 if a file is not what it should be' },
  },
  async run(args, host) {
    const sources = await readRuleSources(rulesFolder(args.positionals[0], host));
    const folder = outFolder(args, host);
    const files = await pagesOf(sources, folder, host);
    if (!args.on('check')) await mkdir(folder, { recursive: true });
    let stale = 0;
    for (const [name, text] of files) {
      const path = join(folder, name);
      const isSame = (await readFile(path, 'utf8').catch(() => undefined)) === text;
      if (isSame) continue;
      stale++;
      if (!args.on('check')) await writeFile(path, text);
      await host.out.write(`${printable(path)} ${args.on('check') ? 'is stale: run `rules docs`' : 'written'}.\n`);
    }
    if (stale === 0) await host.out.write('Everything is up to date.\n');
    return args.on('check') && stale > 0 ? FOUND : OK;
  },
};

function outFolder(args: Arguments, host: Host): string {
  const out = args.text('out');
  if (out !== undefined) return out;
  if (args.positionals[0] === undefined) return join(host.packageFolder, 'docs');
  throw new InputError('Where shall the page go?', 'Add --out DIR.');
}

async function pagesOf(sources: RuleSources, folder: string, host: Host): Promise<[name: string, text: string][]> {
  const ruleSet = await loadSources(sources, listsAt(sources.lists, host.clock()), host);
  const linkTo = (file: string): string => relative(folder, sources.placeOf(file)).split(sep).join('/');
  return [
    ['rules.md', rulesPage({ ruleSet, lists: sources.lists, linkTo })],
    ['rules.schema.json', `${JSON.stringify(ruleJsonSchema(), null, 2)}\n`],
  ];
}
