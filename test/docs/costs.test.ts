import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { trafficToItem } from '../../lib/store/dynamodb/traffic-item.ts';
import { storedRow } from '../contracts/traffic-rows.ts';
import { itemBytes, unitsOfFirstPut } from '../support/item-size.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/costs.md'), 'utf8');
const PRICE = { write: 0.625e-6, read: 0.125e-6, gigabyte: 0.25 + 0.2 };
/** What DynamoDB adds to each item that it stores. */
const OVERHEAD = 100;

const perDay = 100 * 2 * 288;
const rows = perDay * 30;
const polls = 30 * 288;
const item = trafficToItem(storedRow(), '2026-11-23T15');
const indexBytes = itemBytes({
  pk: item['pk'] ?? {},
  sk: item['sk'] ?? {},
  reporter_id: item['reporter_id'] ?? {},
} as never);
const gigabytes = (days: number) => (perDay * days * (itemBytes(item) + indexBytes + 2 * OVERHEAD)) / 1e9;
const sumGigabytes = (perDay / 6) * 400 * 500e-9;

const dollars = (amount: number) => `$${amount.toFixed(2)}`;
const millions = (units: number) => `${(units / 1e6).toFixed(2)} M`;

describe('the example of docs/costs.md', () => {
  const bill = {
    seen: rows * unitsOfFirstPut(item) * PRICE.write,
    asked: rows * PRICE.read,
    polls: polls * 6 * PRICE.write,
    state: polls * 170 * 2 * PRICE.write,
    sums: (rows / 6) * PRICE.write,
  };
  const both = bill.seen + bill.asked + bill.polls + bill.state;

  it.each([
    ['rows, first seen', `${millions(rows * 2)} writes | ${dollars(bill.seen)} | ${dollars(bill.seen)}`],
    ['looked for', `${millions(rows)} reads | ${dollars(bill.asked)} | ${dollars(bill.asked)}`],
    ['polls, every 5 minutes', `${millions(polls * 6)} writes | ${dollars(bill.polls)} | ${dollars(bill.polls)}`],
    ['state of 170 series', `${millions(polls * 340)} writes | ${dollars(bill.state)} | ${dollars(bill.state)}`],
    ['hourly sums, one for six rows', `${millions(rows / 6)} writes | | ${dollars(bill.sums)}`],
  ])('says what %s cost', (what, cells) => {
    expect(page).toContain(`| ${what} | ${cells} |`);
  });

  it('says what is kept, and what all of it comes to', () => {
    const [full, rollup] = [gigabytes(400), gigabytes(8) + sumGigabytes];
    const [fullPrice, rollupPrice] = [full * PRICE.gigabyte, rollup * PRICE.gigabyte];
    const size = `${full.toFixed(1)} GB or ${rollup.toFixed(1)} GB`;
    expect(page).toContain(
      `| kept in the end, with recovery | ${size} | ${dollars(fullPrice)} | ${dollars(rollupPrice)} |`,
    );
    const sums = [both + fullPrice, both + bill.sums + rollupPrice].map((sum) => `**${dollars(sum)}**`);
    expect(page).toContain(`| **together** | | ${sums.join(' | ')} |`);
  });
});
