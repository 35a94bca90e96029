import { Dfa, MATCHED } from './dfa.ts';
import { nfaOf, type Step } from './nfa.ts';
import { parsePattern } from './parse.ts';
import { type Alphabet, ASCII, alphabetOf } from './unit-set.ts';

/** By what a cell says: DEAD, UNKNOWN, MATCHED. */
const ANSWERS = [false, undefined, true] as const;

/**
 * A regular expression as a table that says, for each state and unit, the next state: a text is answered by one look
 * per unit, whatever the pattern.
 */
export class Automaton {
  readonly #dfa: Dfa;
  readonly #classOf: Uint8Array;
  readonly #end: number;

  constructor(dfa: Dfa, { classOf, samples }: Alphabet) {
    this.#dfa = dfa;
    this.#classOf = classOf;
    this.#end = samples.length;
  }

  /**
   * Does the pattern match anywhere in the text? Undefined when a unit that is not ASCII comes before the answer, and
   * when the table may not grow as far as the text leads.
   */
  test(text: string): boolean | undefined {
    const dfa = this.#dfa;
    const classOf = this.#classOf;
    const { length } = text;
    let { table, start: state } = dfa;
    if (state <= MATCHED) return ANSWERS[state];
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= ASCII) return undefined;
      const column = classOf[unit] as number;
      let next = table[state + column] as number;
      if (next <= MATCHED) {
        next = dfa.next(state, column);
        if (next <= MATCHED) return ANSWERS[next];
        table = dfa.table;
      }
      state = next;
    }
    return ANSWERS[dfa.next(state, this.#end)];
  }
}

/**
 * The automaton of a pattern with some of the flags i, m and s. Undefined for what is not said in ASCII, for \b, lines
 * and quotes, and for patterns that are long when their repetitions are written out: then RE2 decides.
 */
export function automatonOf(pattern: string, flags: string): Automaton | undefined {
  const tree = parsePattern(pattern, flags);
  const nfa = tree && nfaOf(tree);
  if (!nfa) return undefined;
  const alphabet = alphabetOf(new Set(nfa.steps.flatMap(setOf)));
  return new Automaton(new Dfa(nfa, alphabet), alphabet);
}

function setOf(step: Step): Uint8Array[] {
  return step.kind === 'unit' ? [step.set] : [];
}
