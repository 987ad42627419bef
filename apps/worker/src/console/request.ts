import type { IncomingHttpHeaders } from 'node:http';
import type { Html } from './html.ts';

/** A request as the pages see it: its path is clean, its host is one of ours. */
export interface ConsoleRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly host: string;
  /** From where it comes, as far as that counts as one for wrong passwords. */
  readonly address: string;
  /** Whether the way of the browser to us is encrypted. */
  readonly encrypted: boolean;
  /** The fields of a form; throws `ConsoleRefusal`. */
  form(): Promise<URLSearchParams>;
}

/** What is sent back. */
export interface ConsoleAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Html | string;
}

/** A request that gets no page; the sentence is for a person who meant well. */
export class ConsoleRefusal extends Error {
  override readonly name = 'ConsoleRefusal';
  readonly status: number;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    title: string,
    sentence: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(sentence);
    this.status = status;
    this.title = title;
    this.headers = headers;
  }
}
