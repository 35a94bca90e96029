import type { DetectionInfo } from '../../model/rule.ts';
import { someScalar } from '../event/fields.ts';
import { Answers, MAY } from './answers.ts';
import type { RuleBase } from './base.ts';
import { Candidates } from './candidates.ts';
import { BRANCH, CodePool, END, FAILS, FLAGS, MAYBE, NOT, OPEN } from './code.ts';
import { FieldTable } from './field-table.ts';
import { Finds } from './finds.ts';
import { type Layout, layOut } from './layout.ts';
import { makeScanner, type Scanner } from './scanner.ts';

const NONE: readonly DetectionInfo[] = [];
const MAX_EPOCH = 2 ** 28;
/** More matches than this are sorted the usual way. */
const MANY = 32;

/** The rules of one log source behind an index: an event meets only rules of which a witness may hold. */
export class Program {
  private readonly infos: readonly DetectionInfo[];
  private readonly pool: Int32Array;
  /** Rules without witnesses: always asked. */
  private readonly always: readonly number[];
  private readonly candidates: Candidates;
  private readonly scan: Scanner['scan'];
  private readonly keywords: FieldTable | undefined;
  private readonly answers: Answers;
  private readonly found = new Finds();
  /** The number of the event at hand. */
  private epoch = 0;
  private readonly matches: number[] = [];

  constructor(base: RuleBase) {
    const { rules } = base;
    const layout = layOut(base);
    const pool = new CodePool(layout);
    const starts = layout.rules.map(({ node, witnesses, guard }, rule) =>
      pool.add(
        rule,
        node,
        [witnesses, guard].filter((list) => list !== undefined),
      ),
    );
    this.infos = rules.map(({ info }) => info);
    this.pool = pool.toArray();
    this.always = rules.flatMap(({ witnesses }, rule) => (witnesses ? [] : [starts[rule] ?? 0]));
    this.candidates = new Candidates(layout, starts);
    const { scanner, readerOf } = scannerOf(layout, this.candidates.numberFields);
    this.scan = scanner.scan;
    this.answers = new Answers(layout, readerOf);
    const keywords = layout.tables.get('');
    this.keywords = keywords && new FieldTable(keywords);
  }

  /** The rules that match, in order. */
  match(event: object): readonly DetectionInfo[] {
    const { found, keywords } = this;
    found.count = 0;
    this.scan(event, found, this.candidates.numbers);
    if (keywords) this.scanKeywords(keywords, event);
    if (found.count === 0 && this.always.length === 0) return NONE;
    return this.ask(event);
  }

  private scanKeywords(keywords: FieldTable, event: object): void {
    someScalar(event, (text) => {
      keywords.find(text, this.found);
      return false;
    });
  }

  private ask(event: object): readonly DetectionInfo[] {
    if (++this.epoch >= MAX_EPOCH) this.startOver();
    const { answers, found, candidates } = this;
    answers.base = this.epoch * 4;
    answers.note(found);
    for (let at = 0; at < this.always.length; at++) this.meet(this.always[at] as number, event);
    const { begins, entries } = candidates;
    const { codes, count } = found;
    for (let at = 0; at < count; at++) {
      const witness = (codes[at] as number) >> 1;
      const end = begins[witness + 1] as number;
      for (let entry = begins[witness] as number; entry < end; entry += 2) {
        if (candidates.passes(entries[entry + 1] as number, answers.known, answers.base)) {
          this.meet(entries[entry] as number, event);
        }
      }
    }
    return this.matches.length === 0 ? NONE : this.takeMatches();
  }

  private meet(start: number, event: object): void {
    if (this.holds(start + 1, event)) this.matches.push(this.pool[start] as number);
  }

  private holds(start: number, event: object): boolean {
    const { pool } = this;
    let at = start;
    while (at !== FAILS) {
      const word = pool[at] as number;
      if (word === END) return true;
      const holds = this.answer(word, event);
      if ((word & BRANCH) !== 0) at = pool[holds ? at + 1 : at + 2] as number;
      else at = holds === ((word & NOT) === 0) ? at + 1 : FAILS;
    }
    return false;
  }

  private answer(word: number, event: object): boolean {
    const { answers } = this;
    const predicate = word >> FLAGS;
    const answer = (answers.known[predicate] as number) - answers.base;
    if (answer < 0) return (word & OPEN) !== 0 && answers.find(predicate, event);
    return answer === MAY && (word & MAYBE) === 0 ? answers.confirm(predicate, event) : answer > 0;
  }

  /** In order, and each once: several witnesses of a rule may have held. */
  private takeMatches(): readonly DetectionInfo[] {
    const { matches, infos } = this;
    sortFew(matches);
    const taken: DetectionInfo[] = [];
    let last = -1;
    for (let at = 0; at < matches.length; at++) {
      const rule = matches[at] as number;
      if (rule !== last) taken.push(infos[rule] as DetectionInfo);
      last = rule;
    }
    matches.length = 0;
    return taken;
  }

  private startOver(): void {
    this.epoch = 1;
    this.answers.forget();
  }
}

function scannerOf(layout: Layout, numberFields: readonly string[]) {
  const slots = new Map(numberFields.map((field, slot) => [field, slot]));
  const fields = new Set([...layout.tables.keys(), ...numberFields].filter((field) => field !== ''));
  const scanned = [...fields].map((field) => {
    const entries = layout.tables.get(field);
    const slot = slots.get(field);
    return { field, ...(entries && { table: new FieldTable(entries, true) }), ...(slot !== undefined && { slot }) };
  });
  const asked = new Set(
    layout.predicates.flatMap((each) => ('other' in each ? [each.field, each.other] : [each.field])),
  );
  const others = [...asked];
  const scanner = makeScanner(scanned, others);
  const readers = new Map(others.map((field, index) => [field, scanner.readers[index] as (event: object) => unknown]));
  return { scanner, readerOf: (field: string) => readers.get(field) as (event: object) => unknown };
}

/** By insertion: `sort` takes longer to begin than a handful of numbers take to be put in order. */
function sortFew(numbers: number[]): void {
  if (numbers.length > MANY) {
    numbers.sort((a, b) => a - b);
    return;
  }
  for (let from = 1; from < numbers.length; from++) {
    const number = numbers[from] as number;
    let at = from;
    for (; at > 0 && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = number;
  }
}
