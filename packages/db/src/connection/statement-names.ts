import { randomBytes } from 'node:crypto';

/** So many texts are known on a connection; each that has a name costs the server the memory of its plan. */
const mostTexts = 200;

/**
 * Names under which a connection keeps statements that come with every page, so that the server parses and plans them once.
 *
 * A text gets its name when it comes a second time: most of those that are put together for one page never do. Nobody else
 * uses the same names: a session pooler may hand on a connection with what was prepared on it.
 */
export class StatementNames {
  readonly #owner = randomBytes(9).toString('base64url');
  readonly #names = new Map<string, string>();

  /** The name of a text; undefined while it is sent as a whole. */
  of(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known === undefined && this.#names.size < mostTexts)
      this.#names.set(text, `${this.#owner}-${this.#names.size}`);
    return known;
  }
}

const ofConnections = new WeakMap<object, StatementNames>();

/** The names of a connection, for as long as it lives. */
export function statementNamesOf(client: object): StatementNames {
  const known = ofConnections.get(client);
  if (known) return known;
  const names = new StatementNames();
  ofConnections.set(client, names);
  return names;
}
