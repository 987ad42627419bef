import { inspect } from 'node:util';

/**
 * A value that must never be printed: logs, `JSON.stringify`, templates and `util.inspect` all show its stand-in.
 *
 * The only way to the value is `reveal()`, which makes every use easy to find.
 */
export class Secret {
  readonly #value: string;
  readonly #shown: string;

  constructor(value: string, shown = '[hidden]') {
    this.#value = value;
    this.#shown = shown;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return this.#shown;
  }

  toJSON(): string {
    return this.#shown;
  }

  [inspect.custom](): string {
    return this.#shown;
  }
}

/** Wraps a URL whose password is secret; shown with the password blanked out. */
export function secretUrl(url: string): Secret {
  return new Secret(url, redactUrl(url));
}

/** The URL without its password and query, for messages; a text that is no URL is hidden altogether. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '[hidden]';
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  parsed.search = '';
  return parsed.href;
}
