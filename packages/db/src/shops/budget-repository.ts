import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../connection/open-database.ts';
import { budgets, workers } from '../schema/budgets.ts';

/** A worker of a shop as it last said about itself, and the share of the request budget that it holds. */
export interface BudgetWorker {
  /** Of this process and shop; drawn at its start. */
  id: string;
  /** What it runs, for people: `daemon`, `backfill` … */
  command: string;
  host: string;
  pid: number;
  /** Requests in flight that its configuration allows to all workers together. */
  mostPlaces: number;
  /** Requests a second, the same. */
  mostRate: number;
  /** What is left of the budget after trouble that it had with the shop, 1/8 to 1. */
  pace: number;
  /** Requests that it would have in flight at once if it could. */
  demand: number;
  /** Requests a second that it would send if it could. */
  rateDemand: number;
  /** Whether somebody waits for it: what keeps the copy fresh, or a person. */
  isFresh: boolean;
  inFlight: number;
  /** Requests that it may have in flight. */
  places: number;
  /** Requests a second that it may send. */
  rate: number;
  /** Since when it has a demand and no place. */
  waitingSince: Date | null;
  /** Since when it has had places without a break. */
  turnSince: Date | null;
}

/** A living worker, for people. */
export interface LivingWorker extends BudgetWorker {
  startedAt: Date;
  seenAt: Date;
}

/** How the request budget of a shop is divided at one moment. */
export interface BudgetState {
  version: number;
  /** By the clock of the database. */
  now: Date;
  /** Requests that may be sent at once out of what nobody holds; `null` when it was never divided: all of it. */
  tokens: number | null;
  /** Requests a second that nobody holds, since `countedAt`. */
  freeRate: number | null;
  countedAt: Date;
  /** Those whose time is not over. */
  workers: BudgetWorker[];
}

/** What a worker writes after it has looked at a state. */
export interface BudgetMove {
  /** The state that was looked at. */
  readonly state: Pick<BudgetState, 'version' | 'now'>;
  readonly tokens: number;
  readonly freeRate: number;
  /** The worker as it is from now on, for `livesMs`; only its id when it leaves. */
  readonly worker: BudgetWorker | Pick<BudgetWorker, 'id'>;
  readonly livesMs: number;
}

/** Shares of request budgets, and who holds them. */
export type BudgetRepository = ReturnType<typeof createBudgetRepository>;

/**
 * Creates the repository of budgets.
 *
 * Each statement stands for itself, so that it works behind any pooler and nobody who hangs holds up others: whoever
 * writes names the version that he has read, and nothing is written when somebody else was faster. All times are those of
 * the database's clock.
 */
export function createBudgetRepository({ orm }: Database) {
  async function find(shop: string): Promise<BudgetState | undefined> {
    const { rows } = await orm.execute<{ state: string }>(sql`
      select json_build_object('version', b.version, 'now', now(), 'tokens', b.tokens, 'free_rate', b.free_rate,
        'counted_at', b.counted_at, 'workers', coalesce(
          (select json_agg(w) from ${workers} w where w.shop = b.shop and w.expires_at > now()), '[]'))::text as state
      from ${budgets} b where b.shop = ${shop}`);
    const [row] = rows;
    if (row === undefined) return undefined;
    const state = JSON.parse(row.state) as StateJson;
    return {
      version: state.version,
      now: new Date(state.now),
      tokens: state.tokens,
      freeRate: state.free_rate,
      countedAt: new Date(state.counted_at),
      workers: state.workers.map(toWorker),
    };
  }

  return {
    /** How the budget is divided now. */
    async read(shop: string): Promise<BudgetState> {
      const found = await find(shop);
      if (found !== undefined) return found;
      await orm.insert(budgets).values({ shop }).onConflictDoNothing();
      const made = await find(shop);
      if (made === undefined) throw new Error(`The budget of the shop ${shop} vanished while it was read.`);
      return made;
    },

    /**
     * Writes a move, and removes the workers whose time was over when its state was read.
     *
     * @returns false when the state is not the newest any more: nothing is written.
     */
    async write(shop: string, { state, tokens, freeRate, worker, livesMs }: BudgetMove): Promise<boolean> {
      const readAt = state.now.toISOString();
      const { rows } = await orm.execute<{ written: boolean }>(sql`
        with turn as (
          update ${budgets} set version = version + 1, tokens = ${tokens}, free_rate = ${freeRate},
            counted_at = ${readAt}::timestamptz
          where shop = ${shop} and version = ${state.version} returning shop
        ), ended as (
          delete from ${workers} w using turn
          where w.shop = turn.shop and w.expires_at <= ${readAt}::timestamptz and w.id <> ${worker.id}
        ), moved as (${'command' in worker ? stay(worker, livesMs) : leave(worker.id)})
        select exists (select from turn) as written`);
      return rows[0]?.written ?? false;
    },

    /** The workers of a shop that live, in the order of their start. */
    async living(shop: string): Promise<LivingWorker[]> {
      const { rows } = await orm.execute<{ living: string }>(sql`
        select coalesce(json_agg(w order by w.started_at, w.id), '[]')::text as living
        from ${workers} w where w.shop = ${shop} and w.expires_at > now()`);
      const living = JSON.parse(rows[0]?.living ?? '[]') as WorkerJson[];
      return living.map((worker) => ({
        ...toWorker(worker),
        startedAt: new Date(worker.started_at),
        seenAt: new Date(worker.seen_at),
      }));
    },
  };
}

/** Only where nobody has written since the state was read; a row that is being written is waited for. */
function stay(worker: BudgetWorker, livesMs: number): SQL {
  return sql`
    insert into ${workers} as w (shop, id, command, host, pid, seen_at, expires_at, most_places, most_rate, pace, demand,
      rate_demand, is_fresh, in_flight, places, rate, waiting_since, turn_since)
    select turn.shop, m.id, m.command, m.host, m.pid, now(), now() + ${livesMs} * interval '1 millisecond',
      m."mostPlaces", m."mostRate", m.pace, m.demand, m."rateDemand", m."isFresh", m."inFlight", m.places, m.rate,
      m."waitingSince", m."turnSince"
    from turn, jsonb_to_record(${JSON.stringify(worker)}::jsonb) as m(id text, command text, host text, pid integer,
      "mostPlaces" integer, "mostRate" double precision, pace double precision, demand integer,
      "rateDemand" double precision, "isFresh" boolean, "inFlight" integer, places integer, rate double precision,
      "waitingSince" timestamptz, "turnSince" timestamptz)
    on conflict (shop, id) do update set seen_at = excluded.seen_at, expires_at = excluded.expires_at,
      most_places = excluded.most_places, most_rate = excluded.most_rate, pace = excluded.pace,
      demand = excluded.demand, rate_demand = excluded.rate_demand, is_fresh = excluded.is_fresh,
      in_flight = excluded.in_flight, places = excluded.places, rate = excluded.rate,
      waiting_since = excluded.waiting_since, turn_since = excluded.turn_since`;
}

function leave(id: string): SQL {
  return sql`delete from ${workers} w using turn where w.shop = turn.shop and w.id = ${id}`;
}

/** A row of sync.workers as JSON. */
interface WorkerJson {
  readonly id: string;
  readonly command: string;
  readonly host: string;
  readonly pid: number;
  readonly started_at: string;
  readonly seen_at: string;
  readonly most_places: number;
  readonly most_rate: number;
  readonly pace: number;
  readonly demand: number;
  readonly rate_demand: number;
  readonly is_fresh: boolean;
  readonly in_flight: number;
  readonly places: number;
  readonly rate: number;
  readonly waiting_since: string | null;
  readonly turn_since: string | null;
}

interface StateJson {
  readonly version: number;
  readonly now: string;
  readonly tokens: number | null;
  readonly free_rate: number | null;
  readonly counted_at: string;
  readonly workers: readonly WorkerJson[];
}

function toWorker(row: WorkerJson): BudgetWorker {
  const { id, command, host, pid, pace, demand, places } = row;
  return {
    id,
    command,
    host,
    pid,
    mostPlaces: row.most_places,
    mostRate: row.most_rate,
    pace,
    demand,
    rateDemand: row.rate_demand,
    isFresh: row.is_fresh,
    inFlight: row.in_flight,
    places,
    rate: row.rate,
    waitingSince: row.waiting_since === null ? null : new Date(row.waiting_since),
    turnSince: row.turn_since === null ? null : new Date(row.turn_since),
  };
}
