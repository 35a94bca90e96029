import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '../../docs');
const index = readFileSync(join(docs, 'adr/README.md'), 'utf8');
const records = readdirSync(join(docs, 'adr')).filter((file) => /^\d{4}-/.test(file));

describe('the decision records', () => {
  it('stand in the index, each with its number and status', () => {
    expect(records.length).toBeGreaterThan(4);
    const missing = records.filter((file) => !index.includes(`[${file.slice(0, 4)}](${file})`));
    expect(missing).toEqual([]);
    for (const file of records) {
      expect(readFileSync(join(docs, 'adr', file), 'utf8')).toMatch(/^# \d{4}: .+\n\nStatus: (accepted|superseded)/);
    }
  });

  it('are all there that the index names', () => {
    const named = [...index.matchAll(/\]\((\d{4}-[a-z0-9-]+\.md)\)/g)].map(([, file = '']) => file);
    expect(named.toSorted()).toEqual(records.toSorted());
  });

  it('have different numbers', () => {
    expect(new Set(records.map((file) => file.slice(0, 4))).size).toBe(records.length);
  });
});

it('links between documents lead to files that exist', () => {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'docs/architecture.md',
    'docs/runbook.md',
    'docs/adr/README.md',
  ];
  const dead = pages.flatMap((page) => {
    const path = join(docs, '..', page);
    const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      ([, to = '']) => to,
    );
    return links.filter((to) => !existsSync(join(path, '..', to))).map((to) => `${page} → ${to}`);
  });
  expect(dead).toEqual([]);
});
