// SPDX-License-Identifier: MIT
//
// What is loaded when it is first needed: it is not in the first load.

export class Later<T> {
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;
  #loaded: T | undefined;

  /** load: rejects when it cannot be loaded; the next who needs it tries again */
  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  /** Undefined: nobody has needed it. */
  get loaded(): T | undefined {
    return this.#loaded;
  }

  get(): Promise<T> {
    this.#loading ??= this.#load().then(
      (loaded) => (this.#loaded = loaded),
      (error: unknown) => {
        this.#loading = undefined;
        throw error;
      },
    );
    return this.#loading;
  }
}
