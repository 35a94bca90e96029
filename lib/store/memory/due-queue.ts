/** What is due when, for one `dueFor`: a binary heap whose outdated entries are dropped when they surface. */
export class DueQueue {
  readonly #dueAt = new Map<string, number>();
  readonly #heap: { key: string; at: number }[] = [];

  set(key: string, at: number): void {
    if (this.#dueAt.get(key) === at) return;
    this.#dueAt.set(key, at);
    this.#push({ key, at });
  }

  delete(key: string): void {
    this.#dueAt.delete(key);
  }

  /** Keys due at or before `upTo`, earliest first; they stay due. */
  upTo(upTo: number): string[] {
    const due = new Map<string, number>();
    for (let top = this.#heap[0]; top && top.at <= upTo; top = this.#heap[0]) {
      this.#pop();
      if (this.#dueAt.get(top.key) === top.at) due.set(top.key, top.at);
    }
    for (const [key, at] of due) this.#push({ key, at });
    return [...due.keys()];
  }

  #push(entry: { key: string; at: number }): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let index = 0; ; ) {
      const child = this.#at(2 * index + 2) < this.#at(2 * index + 1) ? 2 * index + 2 : 2 * index + 1;
      if (this.#at(child) >= this.#at(index)) return;
      this.#swap(child, index);
      index = child;
    }
  }

  #at(index: number): number {
    return this.#heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x && y) [this.#heap[a], this.#heap[b]] = [y, x];
  }
}
