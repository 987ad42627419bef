import type pg from 'pg';

/** Where a peer reads and writes. */
export interface PeerPlace {
  readonly shopUrl: string;
  readonly databaseUrl: string;
}

/** Up to where a peer has read, in its own words; carried from its first run to the next. */
export type PeerState = string | undefined;

/** A way to copy customers that is not ours. It runs in a process of its own. */
export interface Peer {
  readonly name: string;
  /** For people; a model says that it is one. */
  readonly title: string;
  /** Whether it reads Magento by itself; another one is fed with pages and has no part in what happens while the shop is edited. */
  readonly reads: boolean;
  /** Makes its tables. */
  prepare(place: PeerPlace): Promise<void>;
  /** Reads what its state says is left, writes it, and returns its new state. */
  run(place: PeerPlace, state: PeerState): Promise<{ readonly rows: number; readonly state: PeerState }>;
  /** SQL that shows id, email, lastname and updated_at (text) of every customer that it believes to exist. */
  readonly shown: string;
}

/** What a peer's process is asked to do. */
export interface PeerTask extends PeerPlace {
  readonly name: string;
  readonly state?: PeerState;
}

/** What it has done. */
export interface PeerOutcome {
  readonly rows: number;
  readonly state: PeerState;
}

/** Columns of the tables that most people make. */
export const plainTable = `
  create table if not exists customers (
    id bigint primary key, email text not null, firstname text, lastname text, group_id integer,
    created_at text, updated_at text, data jsonb not null
  );
  create index if not exists customers_email_idx on customers (email);
  create index if not exists customers_updated_at_idx on customers (updated_at)`;

/** A customer as the shop sends it, as far as peers look at it. */
export interface SentCustomer {
  readonly id: number;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
  readonly group_id: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly addresses: readonly Readonly<Record<string, unknown>>[];
}

/** Writes the rows of a page with one statement, as the loaders of such pipelines do. */
export async function upsertPage(client: pg.Client, page: readonly SentCustomer[]): Promise<void> {
  if (page.length === 0) return;
  await client.query(
    `insert into customers (id, email, firstname, lastname, group_id, created_at, updated_at, data)
     select (row->>'id')::bigint, row->>'email', row->>'firstname', row->>'lastname', (row->>'group_id')::integer,
            row->>'created_at', row->>'updated_at', row
     from jsonb_array_elements($1::jsonb) as rows(row)
     on conflict (id) do update set email = excluded.email, firstname = excluded.firstname,
       lastname = excluded.lastname, group_id = excluded.group_id, created_at = excluded.created_at,
       updated_at = excluded.updated_at, data = excluded.data`,
    [JSON.stringify(page)],
  );
}

/** What such a table believes to exist. */
export const plainlyShown = 'select id, email, lastname, updated_at from customers';
