import * as fc from 'fast-check';
import { SplitError } from '../../../lib/collect/netbird/split-array.ts';
import { type PageFields, splitPage } from '../../../lib/collect/netbird/split-page.ts';

async function split(text: string | Buffer, size = 7): Promise<{ rows: unknown[]; fields: PageFields | undefined }> {
  const bytes = Buffer.from(text);
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  let fields: PageFields | undefined;
  const rows: unknown[] = [];
  for await (const raws of splitPage(chunks(), (said) => (fields = said)))
    rows.push(...raws.map((raw) => JSON.parse(raw)));
  return { rows, fields };
}

const FIELDS = { page: 2, page_size: 10, total_pages: 3, total_records: 25 };
const READ = { page: 2, pageSize: 10, totalPages: 3, totalRecords: 25 };

describe('splitPage', () => {
  it('finds rows and what the page says of itself, whatever its order, spaces and chunks', () => {
    const row = fc.record({ text: fc.string(), more: fc.jsonValue(), data: fc.array(fc.nat()) });
    const shape = fc.record({
      rows: fc.array(row, { maxLength: 5 }),
      order: fc.shuffledSubarray(['data', ...Object.keys(FIELDS)], { minLength: 5 }),
      extra: fc.constantFrom({}, { meta: { data: [1, '"data":['], note: '{[' } }, { note: '"data": [1' }),
      space: fc.constantFrom(0, 2),
      size: fc.integer({ min: 1, max: 40 }),
    });
    return fc.assert(
      fc.asyncProperty(shape, async ({ rows, order, extra, space, size }) => {
        const page: Record<string, unknown> = { ...FIELDS, data: rows };
        const text = JSON.stringify(
          { ...extra, ...Object.fromEntries(order.map((name) => [name, page[name]])) },
          null,
          space,
        );
        expect(await split(`${text}\n`, size)).toEqual({ rows: JSON.parse(JSON.stringify(rows)), fields: READ });
      }),
    );
  });

  it('takes a bare array for a page, and a list that is null for an empty one', async () => {
    expect(await split(' [1, {"a": "]"}] ')).toEqual({ rows: [1, { a: ']' }], fields: {} });
    expect(await split('\ufeff{"data":null,"total_pages":0}')).toEqual({ rows: [], fields: { totalPages: 0 } });
    expect(await split('{"data":[],"total_pages":"3","page":-1,"total_records":1.5}')).toEqual({
      rows: [],
      fields: {},
    });
  });

  it.each([
    ['', 'cut'],
    ['{"data":[1', 'cut'],
    ['{"data":[1],"page":', 'cut'],
    ['{"page":1}', 'not_array'],
    ['{"data":{"a":[1]}}', 'not_array'],
    ['<html>[1]</html>', 'not_array'],
    ['{"data":[]} and more', 'not_array'],
    ['[1] [2]', 'not_array'],
    [`{"note":"${'x'.repeat(20_000)}"}`, 'not_array'],
  ])('says that %p is no whole page', async (text, fault) => {
    const error = await split(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SplitError);
    expect((error as SplitError).fault).toBe(fault);
  });
});
