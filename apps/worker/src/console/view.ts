import type { Html } from './html.ts';

/** What a page knows of the request that it answers. */
export interface View {
  readonly now: Date;
  /** The address of a path on this page, behind the path of a proxy. */
  readonly href: (path: string) => string;
  /** Path and query of the page itself. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Who looks; `null` before a sign-in. */
  readonly visitor: Visitor | null;
  /** Names of the style and the script, with their digests. */
  readonly assets: { readonly style: string; readonly script: string };
  /** What each alert means and what to do about it. */
  readonly runbooks: Html;
}

/** Somebody who looks at the page. */
export interface Visitor {
  readonly person: string;
  readonly role: 'viewer' | 'operator';
  /** Whether there is a session to be ended. */
  readonly signedIn: boolean;
  /** The token of a form for one act; nobody else can make it. */
  readonly formToken: (act: string) => string;
}

/** A page before it is put into its frame. */
export interface Page {
  readonly status?: number;
  readonly title: string;
  /** Where the page stands: names with their paths. */
  readonly crumbs?: readonly { readonly name: string; readonly path: string }[];
  /** Symbol that the tab of a browser shows. */
  readonly icon?: IconName;
  readonly body: Html;
  /** When what the page shows was read; only such a page follows what happens. */
  readonly asOf?: Date;
  /** Why that is not now. */
  readonly trouble?: string | null;
}

/** The symbols of tabs. */
export type IconName = 'ok' | 'warn' | 'bad' | 'busy' | 'paused' | 'muted';
