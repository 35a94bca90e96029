import { Dfa, END, MATCHED, UNKNOWN } from './dfa.ts';
import { nfaOf, type Step } from './nfa.ts';
import { parsePattern } from './parse.ts';
import { ASCII, alphabetOf } from './unit-set.ts';

/** By what a cell says: DEAD, UNKNOWN, MATCHED. */
const ANSWERS = [false, undefined, true] as const;

/**
 * A regular expression as a table that says, for each state and unit, the next state: a text is answered by one look
 * per unit, whatever the pattern.
 */
export class Automaton {
  /** What a text is looked up in lies close: many automata are asked in turn. */
  #table: Uint16Array;
  readonly #start: number;
  readonly #dfa: Dfa;

  constructor(dfa: Dfa) {
    this.#table = dfa.table;
    this.#start = dfa.start;
    this.#dfa = dfa;
  }

  /**
   * Does the pattern match anywhere in the text? Undefined when a unit that is not ASCII comes before the answer, and
   * when the table may not grow as far as the text leads.
   */
  test(text: string): boolean | undefined {
    const { length } = text;
    let state = this.#start;
    for (let at = 0; state > MATCHED; at++) {
      // The inner loop is the quick one: nothing in it makes the table move.
      const table = this.#table;
      let column: number = END;
      for (; at < length; at++) {
        const unit = text.charCodeAt(at);
        if (unit >= ASCII) return undefined;
        const next = table[state + (table[unit] as number)] as number;
        if (next <= MATCHED) {
          column = table[unit] as number;
          break;
        }
        state = next;
      }
      state = this.#next(state, column);
    }
    return ANSWERS[state];
  }

  #next(state: number, column: number): number {
    const known = this.#table[state + column] as number;
    if (known !== UNKNOWN) return known;
    this.#dfa.fill(state);
    this.#table = this.#dfa.table;
    return this.#table[state + column] as number;
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
  return new Automaton(new Dfa(nfa, alphabet));
}

function setOf(step: Step): Uint8Array[] {
  return step.kind === 'unit' ? [step.set] : [];
}
