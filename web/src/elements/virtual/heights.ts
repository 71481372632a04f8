// SPDX-License-Identifier: MIT
//
// Heights of many rows, as sums (a Fenwick tree): where a row begins, which row is at a height
// and a row that turns out to be higher cost the logarithm of their number.

export class Heights {
  #own: Float64Array = new Float64Array(0);
  #sums = new Float64Array(1); // [i]: of the rows (i - lowest bit of i) to i - 1

  get count(): number {
    return this.#own.length;
  }

  get total(): number {
    return this.before(this.count);
  }

  /** All of them; the array is kept. */
  reset(heights: Float64Array): void {
    const sums = new Float64Array(heights.length + 1);
    sums.set(heights, 1);
    for (let i = 1; i < sums.length; i++) {
      const next = i + (i & -i);
      if (next < sums.length) sums[next] = (sums[next] ?? 0) + (sums[i] ?? 0);
    }
    this.#own = heights;
    this.#sums = sums;
  }

  of(row: number): number {
    return this.#own[row] ?? 0;
  }

  set(row: number, height: number): void {
    const more = height - this.of(row);
    if (more === 0 || row >= this.count) return;
    this.#own[row] = height;
    for (let i = row + 1; i < this.#sums.length; i += i & -i) this.#sums[i] = (this.#sums[i] ?? 0) + more;
  }

  /** Of all rows before this one. */
  before(row: number): number {
    let sum = 0;
    for (let i = Math.min(row, this.count); i > 0; i -= i & -i) sum += this.#sums[i] ?? 0;
    return sum;
  }

  /** The row that is at this height; the first or last for what is beyond, 0 without rows. */
  at(y: number): number {
    let row = 0;
    let left = y;
    for (let step = 1 << Math.floor(Math.log2(this.count || 1)); step > 0; step >>= 1) {
      const sum = this.#sums[row + step];
      if (sum !== undefined && sum <= left) {
        row += step;
        left -= sum;
      }
    }
    return Math.max(0, Math.min(row, this.count - 1));
  }
}
