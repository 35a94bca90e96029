import type { Node, RuleBase } from './base.ts';

/** Predicates of which one must hold, and the share of events in which one is expected to. */
interface Choice {
  readonly witnesses: readonly number[];
  readonly share: number;
}

/** What one more field to look at costs every event, in candidates. */
const FIELD_COST = 0.5;

/** Chooses the witnesses of every rule: rare ones, in few fields. */
export function chooseWitnesses(base: RuleBase): RuleBase {
  const first = base.rules.map(({ node }) => choose(node, (number) => base.shares[number] ?? undefined));
  const users = new Map<string, number>();
  for (const choice of first) {
    const fields = new Set(choice?.witnesses.map((number) => base.predicates[number]?.field ?? ''));
    for (const field of fields) users.set(field, (users.get(field) ?? 0) + 1);
  }
  const shared = base.predicates.map(({ field }, number) => {
    const share = base.shares[number] ?? undefined;
    return share === undefined ? undefined : share + FIELD_COST / (1 + (users.get(field) ?? 0));
  });
  const rules = base.rules.map((rule) => {
    const choice = choose(rule.node, (number) => shared[number]);
    return choice ? { ...rule, witnesses: [...new Set(choice.witnesses)] } : rule;
  });
  return { ...base, rules };
}

/** The best choice for a node; undefined when it can hold without any witness. */
function choose(node: Node, share: (number: number) => number | undefined): Choice | undefined {
  if (typeof node === 'number') {
    const own = node >= 0 ? share(node) : undefined;
    return own === undefined ? undefined : { witnesses: [node], share: own };
  }
  const choices = node.of.map((part) => choose(part, share));
  const open = choices.filter((choice): choice is Choice => choice !== undefined).sort((a, b) => a.share - b.share);
  if (node.need === 'all') return open[0];
  // At least n of k: of any k − n + 1 one must hold.
  const needed = node.of.length - node.need + 1;
  if (node.of.length === 0) return { witnesses: [], share: 0 };
  if (open.length < needed) return undefined;
  const taken = open.slice(0, needed);
  return {
    witnesses: taken.flatMap(({ witnesses }) => witnesses),
    share: taken.reduce((sum, choice) => sum + choice.share, 0),
  };
}
