import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../model/errors.ts';
import type { CorrelationType } from '../model/rule.ts';
import { SCAFFOLD_TYPES, scaffold } from '../rules/scaffold.ts';
import { loadRuleSet } from '../sigma/index.ts';
import { type Arguments, type Command, type Host, OK } from './command.ts';
import { printable } from './output/printable.ts';
import { readRuleSources } from './rule-sources.ts';

const LONGEST = 80;

export const rulesNew: Command = {
  usage: 'NAME [--dir DIR] [--correlation TYPE]',
  description: `Writes a new rule file with tests that pass, to be changed. NAME is what the rule is called in lower
case (vpn_route_deleted), or its title in quotes. An existing file is never overwritten.`,
  positionals: ['NAME'],
  options: {
    dir: { value: 'DIR', help: 'the folder of rules that it goes into (rules)' },
    correlation: {
      value: 'TYPE',
      help: 'counts events of other rules: event_count, temporal, new_value, absence and others',
      choices: SCAFFOLD_TYPES,
    },
  },
  async run(args, host) {
    const [given] = args.positionals;
    if (given === undefined) throw new InputError('What shall it be called?', 'Write `rules new vpn_route_deleted`.');
    const name = nameOf(given);
    const folder = args.text('dir') ?? 'rules';
    await refuseKnown(name, folder);
    const path = join(folder, `${name.replaceAll('_', '-')}.yml`);
    const correlation = args.text('correlation') as CorrelationType | undefined;
    const text = scaffold({
      name,
      title: titleOf(given),
      ...(correlation !== undefined && { correlation }),
      date: host.clock().toISOString().slice(0, 10),
      uuid: randomUUID,
    });
    await mkdir(folder, { recursive: true });
    await write(path, text);
    await tellNext(path, name, args, host);
    return OK;
  },
};

async function tellNext(path: string, name: string, args: Arguments, { out }: Host): Promise<void> {
  const dir = printable(args.text('dir') ?? 'rules');
  await out.write(`${printable(path)} written. Change it, then:

  netbird-alerts rules check ${dir}
  netbird-alerts rules test ${dir} --name ${name}
  netbird-alerts backtest --rules ${dir} --data DIR
`);
}

function nameOf(given: string): string {
  const name = given
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST);
  if (/^[a-z]/.test(name)) return name;
  throw new InputError(`A rule cannot be called ${given}.`, 'Begin with a letter: `rules new vpn_route_deleted`.');
}

/** `vpn_route_deleted` → `Vpn route deleted`; anything else is a title as it stands. */
function titleOf(given: string): string {
  const title = /^[a-z0-9_-]+$/.test(given) ? given.replaceAll(/[_-]+/g, ' ').trim() : given.trim();
  return title.charAt(0).toUpperCase() + title.slice(1);
}

/** Two rules of one name would leave the folder unusable. */
async function refuseKnown(name: string, folder: string): Promise<void> {
  const files = await readRuleSources(folder).then(
    (sources) => sources.files,
    () => [],
  );
  const known = loadRuleSet(files, { unresolvedLists: 'empty' }).ruleSet.rules.find(({ key }) => key === name);
  if (known) throw new InputError(`There is a rule ${name} already, in ${known.file}.`, 'Choose another name.');
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const what = isThere ? 'is there already' : 'cannot be written';
    throw new InputError(`${path} ${what}.`, 'Choose another name, or another folder with --dir DIR.', { cause });
  }
}
