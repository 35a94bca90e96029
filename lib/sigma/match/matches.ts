const FIRST_SIZE = 64;
/** More numbers than this are sorted the usual way. */
const MANY = 32;

/**
 * The places in the set of the rules that an event matches; one may be added more than once. Reused from event to event:
 * emptying an array and filling it again would cost as much as looking a field up.
 */
export class Matches {
  count = 0;
  private orders = new Int32Array(FIRST_SIZE);

  add(order: number): void {
    if (this.count === this.orders.length) this.grow();
    this.orders[this.count++] = order;
  }

  /** What stands at the places, in order, and each once. */
  take<T>(all: readonly T[]): T[] {
    const { orders, count } = this;
    sort(orders, count);
    const taken: T[] = [];
    let last = -1;
    for (let at = 0; at < count; at++) {
      const order = orders[at] as number;
      if (order !== last) taken.push(all[order] as T);
      last = order;
    }
    return taken;
  }

  private grow(): void {
    const longer = new Int32Array(this.orders.length * 2);
    longer.set(this.orders);
    this.orders = longer;
  }
}

/** By insertion: a sort takes longer to begin than a handful of numbers take to be put in order. */
function sort(numbers: Int32Array, count: number): void {
  if (count > MANY) {
    numbers.subarray(0, count).sort();
    return;
  }
  for (let from = 1; from < count; from++) {
    const number = numbers[from] as number;
    let at = from;
    for (; at > 0 && (numbers[at - 1] as number) > number; at--) numbers[at] = numbers[at - 1] as number;
    numbers[at] = number;
  }
}
