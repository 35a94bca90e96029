/** A condition as written: identifiers and quantifiers, not yet resolved. */
export type Condition =
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly name: string }
  /** `least` of the identifiers that `target` names; `all` of them. */
  | { readonly least: number | 'all'; readonly target: string };

export interface ConditionProblem {
  readonly message: string;
  readonly hint?: string;
  /** Index into the text. */
  readonly offset: number;
}

export interface ParsedCondition {
  readonly condition?: Condition;
  readonly problems: readonly ConditionProblem[];
  /** Keywords that are not written in lower case. */
  readonly shouted: readonly string[];
}

interface Word {
  readonly text: string;
  readonly offset: number;
}

const WORD = /\s*([()|]|[^\s()|]+)/gy;
const NAME = /^[A-Za-z0-9_.-]+$/;
const PATTERN = /^[A-Za-z0-9_.*-]+$/;
const KEYWORDS = ['and', 'or', 'not', 'of', 'all', 'any', 'them'];
const MAX_DEPTH = 100;

const PIPE_HINT =
  'Aggregations after "|" are gone from Sigma: write a correlation rule (type event_count or value_count) that names this rule.';
const NEAR_HINT =
  '"near" is gone from Sigma: make each search identifier a rule, and write a correlation rule (type temporal) that names them.';

/** Thrown inside only: the first thing that is wrong ends the parse. */
class ConditionError extends Error {
  readonly problem: ConditionProblem;
  constructor(problem: ConditionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Parses `selection and not 1 of filter_*`. Never throws. */
export function parseCondition(text: string): ParsedCondition {
  const words = [...text.matchAll(WORD)].map((match) => ({
    text: match[1] ?? '',
    offset: match.index + match[0].length - (match[1] ?? '').length,
  }));
  const parser = new Parser(words, text.length);
  try {
    return { condition: parser.parse(), problems: [], shouted: parser.shouted };
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return { problems: [error.problem], shouted: parser.shouted };
  }
}

class Parser {
  readonly shouted: string[] = [];
  private readonly words: readonly Word[];
  private readonly end: number;
  private at = 0;
  private depth = 0;

  constructor(words: readonly Word[], end: number) {
    this.words = words;
    this.end = end;
  }

  parse(): Condition {
    const bar = this.words.findIndex((word) => word.text === '|');
    const hint = this.words[bar + 1]?.text.toLowerCase() === 'near' ? NEAR_HINT : PIPE_HINT;
    if (bar >= 0) this.fail('"|" is no part of a condition', hint, this.words[bar]);
    if (this.words.length === 0) this.fail('the condition is empty', 'Name a search identifier.');
    const condition = this.or();
    const rest = this.words[this.at];
    if (rest) this.fail(`"${rest.text}" is not expected here`, 'Join identifiers with and, or, not.', rest);
    return condition;
  }

  private or(): Condition {
    const parts = [this.and()];
    while (this.takes('or')) parts.push(this.and());
    const [only] = parts;
    return parts.length === 1 && only ? only : { or: parts };
  }

  private and(): Condition {
    const parts = [this.not()];
    while (this.takes('and')) parts.push(this.not());
    const [only] = parts;
    return parts.length === 1 && only ? only : { and: parts };
  }

  private not(): Condition {
    let negated = false;
    while (this.takes('not')) negated = !negated;
    const part = this.atom();
    return negated ? { not: part } : part;
  }

  private atom(): Condition {
    const word = this.words[this.at];
    if (!word) return this.fail('the condition ends too early', 'A search identifier is missing at the end.');
    this.at++;
    if (word.text === '(') return this.group(word);
    if (this.peeks('of') && /^(\d+|all|any)$/i.test(word.text)) return this.quantifier(word);
    if (KEYWORDS.includes(word.text.toLowerCase()) || word.text === ')') {
      return this.fail(`"${word.text}" is not expected here`, 'A search identifier is missing before it.', word);
    }
    if (NAME.test(word.text)) return { name: word.text };
    if (PATTERN.test(word.text)) {
      return this.fail(`the pattern "${word.text}" needs a quantifier`, `Write "1 of ${word.text}".`, word);
    }
    return this.fail(`"${word.text}" is not a search identifier`, 'Letters, digits, "_" and "-" make one.', word);
  }

  private group(open: Word): Condition {
    if (++this.depth > MAX_DEPTH) this.fail('the parentheses nest too deeply', 'Write it flatter.', open);
    const inner = this.or();
    if (this.words[this.at]?.text !== ')') this.fail('a ")" is missing', undefined, open);
    this.at++;
    this.depth--;
    return inner;
  }

  private quantifier(word: Word): Condition {
    this.takes('of');
    const quantity = word.text.toLowerCase();
    if (quantity !== word.text) this.shouted.push(word.text);
    const target = this.words[this.at];
    if (!target || !PATTERN.test(target.text)) {
      return this.fail('"of" needs "them" or a pattern such as selection_*', undefined, target);
    }
    this.at++;
    const them = target.text.toLowerCase() === 'them';
    if (them && target.text !== 'them') this.shouted.push(target.text);
    const least = quantity === 'all' ? 'all' : quantity === 'any' ? 1 : Number(quantity);
    if (least === 0) this.fail('"0 of" holds always', 'Write "not 1 of".', word);
    return { least, target: them ? 'them' : target.text };
  }

  private peeks(keyword: string): boolean {
    return this.words[this.at]?.text.toLowerCase() === keyword;
  }

  private takes(keyword: string): boolean {
    if (!this.peeks(keyword)) return false;
    const word = this.words[this.at]?.text ?? '';
    if (word !== keyword) this.shouted.push(word);
    this.at++;
    return true;
  }

  private fail(message: string, hint: string | undefined, word?: Word): never {
    throw new ConditionError({ message, offset: word?.offset ?? this.end, ...(hint === undefined ? {} : { hint }) });
  }
}
