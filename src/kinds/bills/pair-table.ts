/** Numbers pairs of 32-bit integers in the order in which they come: a hash table for the contents of memories. */

const EMPTY = -1;

export class PairTable {
  size = 0;
  private capacity = 64;
  private low = new Int32Array(this.capacity);
  private high = new Int32Array(this.capacity);
  private index = new Int32Array(this.capacity).fill(EMPTY);

  /** The pair's number, a new one where it is new. */
  intern(low: number, high: number): number {
    const at = this.placeOf(low | 0, high | 0);
    if (this.index[at] !== EMPTY) return this.index[at] as number;
    this.low[at] = low;
    this.high[at] = high;
    this.index[at] = this.size++;
    const number = this.index[at] as number;
    if (2 * this.size > this.capacity) this.grow();
    return number;
  }

  private placeOf(low: number, high: number): number {
    const mask = this.capacity - 1;
    let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
    hash ^= hash >>> 15;
    for (let at = hash & mask; ; at = (at + 1) & mask)
      if (this.index[at] === EMPTY || (this.low[at] === low && this.high[at] === high)) return at;
  }

  private grow(): void {
    const { low, high, index } = this;
    this.capacity *= 2;
    this.low = new Int32Array(this.capacity);
    this.high = new Int32Array(this.capacity);
    this.index = new Int32Array(this.capacity).fill(EMPTY);
    index.forEach((number, i) => {
      if (number === EMPTY) return;
      const at = this.placeOf(low[i] as number, high[i] as number);
      this.low[at] = low[i] as number;
      this.high[at] = high[i] as number;
      this.index[at] = number;
    });
  }
}
