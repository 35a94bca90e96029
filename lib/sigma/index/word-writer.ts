const FIRST_SIZE = 4096;

/** One array of whole numbers that grows. Offset 0 stays empty, so that 0 stands for nothing. */
export class WordWriter {
  words = new Int32Array(FIRST_SIZE);
  length = 1;

  /** Offset of so many zeros. */
  reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.words.length) {
      const longer = new Int32Array(Math.max(this.length, this.words.length * 2));
      longer.set(this.words);
      this.words = longer;
    }
    return start;
  }

  /** Offset of the numbers. */
  push(numbers: readonly number[]): number {
    const start = this.reserve(numbers.length);
    this.words.set(numbers, start);
    return start;
  }

  set(offset: number, numbers: readonly number[]): void {
    this.words.set(numbers, offset);
  }

  toArray(): Int32Array {
    return this.words.slice(0, this.length);
  }
}
