import { ConsoleRefusal } from './request.ts';

const atOnce = 2;
const mostWaiting = 100;

/** Lets two pieces of work go on at a time, so that whoever looks takes no connection away from pages being written. */
export class Turns {
  #working = 0;
  readonly #waiting: (() => void)[] = [];

  /** Does the work when it is its turn. Throws `ConsoleRefusal` when too many wait already. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length >= mostWaiting) {
      throw new ConsoleRefusal(503, 'Too many at once', 'Try again in a moment.', { 'retry-after': '2' });
    }
    if (this.#working >= atOnce) await new Promise<void>((turn) => this.#waiting.push(turn));
    else this.#working += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#working -= 1;
    }
  }
}
