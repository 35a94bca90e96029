/**
 * What looks into tables found of an event: twice the number of a predicate, + 1 where it surely holds; one may stand
 * more than once. Reused from event to event.
 */
export class Finds {
  codes = new Int32Array(256);
  count = 0;

  add(code: number): void {
    if (this.count === this.codes.length) this.grow();
    this.codes[this.count++] = code;
  }

  private grow(): void {
    const longer = new Int32Array(this.codes.length * 2);
    longer.set(this.codes);
    this.codes = longer;
  }
}
