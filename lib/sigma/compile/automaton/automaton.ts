import { type Dfa, dfaOf } from './dfa.ts';
import { nfaOf, type Step } from './nfa.ts';
import { parsePattern } from './parse.ts';
import { ASCII, alphabetOf } from './unit-set.ts';

/**
 * A regular expression as a table that says, for each state and unit, the next state: a text is answered in one look
 * per unit, whatever the pattern. See docs/adr/0010 for why RE2 is asked only about the rest.
 */
export class Automaton {
  readonly #dfa: Dfa;
  readonly #classOf: Uint8Array;

  constructor(dfa: Dfa, classOf: Uint8Array) {
    this.#dfa = dfa;
    this.#classOf = classOf;
  }

  /** Does the pattern match anywhere in the text? Undefined when a unit that is not ASCII comes before the answer. */
  test(text: string): boolean | undefined {
    const { table, columns, start } = this.#dfa;
    const classOf = this.#classOf;
    const { length } = text;
    let state = start;
    for (let at = 0; state > columns; at++) {
      if (at === length) return table[state + columns - 1] === columns;
      const unit = text.charCodeAt(at);
      if (unit >= ASCII) return undefined;
      state = table[state + (classOf[unit] as number)] as number;
    }
    return state === columns;
  }
}

/**
 * The automaton of a pattern with some of the flags i, m and s. Undefined when the pattern is no plain one (Unicode, \b,
 * lines) or when its table would be large: then RE2 decides.
 */
export function automatonOf(pattern: string, flags: string): Automaton | undefined {
  const tree = parsePattern(pattern, flags);
  const nfa = tree && nfaOf(tree);
  if (!nfa) return undefined;
  const alphabet = alphabetOf(setsOf(nfa.steps));
  const dfa = dfaOf(nfa, alphabet);
  return dfa && new Automaton(dfa, alphabet.classOf);
}

function setsOf(steps: readonly Step[]): Set<Uint8Array> {
  return new Set(steps.flatMap((step) => (step.kind === 'unit' ? [step.set] : [])));
}
