import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseConfig } from '../../lib/config/parse-config.ts';
import { CONFIG_KEYS, configJsonSchema, defaultConfig } from '../../lib/model/config.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('docs/configuration.md', () => {
  it('has a row for each setting', () => {
    const rows = [...read('docs/configuration.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
    for (const key of CONFIG_KEYS) expect(rows).toContain(key);
  });

  it('tells the default of each setting that has one', () => {
    const page = read('docs/configuration.md');
    const { properties } = configJsonSchema() as { properties: Record<string, { default?: unknown }> };
    for (const [key, { default: value }] of Object.entries(properties)) {
      if (value !== undefined) expect(page).toContain(`| \`${key}\` | \`${value}\` |`);
    }
  });

  it('shows the subscribers that stand in where none are named', () => {
    const example = /```yaml\n(subscribers:.*?)```/s.exec(read('docs/configuration.md'))?.[1] ?? '';
    expect(parse(example).subscribers).toHaveLength(2);
    expect(parseConfig(example, 'docs').config).toEqual(defaultConfig());
  });
});

it('has the JSON Schema for editors that the code makes', () => {
  expect(JSON.parse(read('docs/netbird-alerts.schema.json'))).toEqual(configJsonSchema());
});

it('commits a netbird-alerts.yaml that AWS can use, with the defaults and one e-mail and one SMS subscriber', () => {
  expect(parseConfig(read('netbird-alerts.yaml'), 'netbird-alerts.yaml', 'aws')).toEqual({
    config: defaultConfig(),
    problems: [],
  });
});
