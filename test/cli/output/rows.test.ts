import { type Format, type Listing, writeRows } from '../../../lib/cli/output/rows.ts';

interface Pet {
  readonly name: string;
  readonly note: string;
}

const LISTING: Listing<Pet> = {
  json: (pet) => pet,
  csv: { name: (pet) => pet.name, note: (pet) => pet.note },
  table: [
    { title: 'NAME', width: 6, value: (pet) => pet.name },
    { title: 'NOTE', width: 0, value: (pet) => pet.note },
  ],
  none: 'No pets. Get one.',
};

async function list(format: Format, pets: readonly Pet[]): Promise<string> {
  let text = '';
  const out = {
    async write(part: string) {
      text += part;
    },
  };
  const given = (async function* () {
    yield* pets;
  })();
  expect(await writeRows(out, format, LISTING, given)).toBe(pets.length);
  return text;
}

const PETS = [
  { name: 'Rex', note: 'bites, "often"' },
  { name: 'Mia', note: 'two\nlines' },
];

describe('a listing', () => {
  it('is a table for people, one line a thing', async () => {
    expect(await list('table', PETS)).toBe('NAME    NOTE\nRex     bites, "often"\nMia     two\\nlines\n');
    expect(await list('table', [])).toBe('No pets. Get one.\n');
  });

  it('is one JSON array', async () => {
    expect(JSON.parse(await list('json', PETS))).toEqual(PETS);
    expect(JSON.parse(await list('json', []))).toEqual([]);
  });

  it('is one JSON object a line and nothing else', async () => {
    const lines = (await list('ndjson', PETS)).split('\n');
    expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toEqual(PETS);
    expect(await list('ndjson', [])).toBe('');
  });

  it('is CSV by RFC 4180 with a header, also when it is empty', async () => {
    expect(await list('csv', PETS)).toBe('name,note\r\nRex,"bites, ""often"""\r\nMia,"two\nlines"\r\n');
    expect(await list('csv', [])).toBe('name,note\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('gives a spreadsheet no formula for %j', async (note) => {
    const [, record = ''] = (await list('csv', [{ name: 'x', note }])).split('\r\n');
    expect(record).toMatch(/^x,'/);
  });

  it('carries no control characters into a terminal', async () => {
    for (const format of ['table', 'json', 'ndjson', 'csv'] as const) {
      expect(await list(format, [{ name: '\u001b[31m', note: '\u009b' }])).not.toMatch(/[^\P{Cc}\r\n]/u);
    }
  });
});
