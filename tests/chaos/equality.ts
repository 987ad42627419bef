import pg from 'pg';
import type { Columns, Json, Played, PlayedParts } from './played/played.ts';

/** How the copy compares with the shop. */
export interface Comparison {
  readonly rows: number;
  /** One sentence each, at most twenty. */
  readonly differences: readonly string[];
}

/** Columns that say when the copy was written, and those that are compared apart. */
const bookkeeping = new Set([
  'shop',
  'raw',
  'content_hash',
  'sent_hash',
  'first_seen_at',
  'last_seen_at',
  'last_verified_at',
  'changed_at',
  'deleted_at',
  'erased_at',
]);

/**
 * Compares every row and every part of it, column by column: what the shop shows, without any code or definition of the
 * worker, against the raw objects and the typed columns of the copy. What a column holds follows from its name and from its
 * type in the database, so that a column which somebody forgot is compared all the same.
 *
 * @param unreadable ids that the shop itself cannot serve; they are left out
 */
export async function compareSides(
  cast: readonly Played[],
  databaseUrl: string,
  unreadable: (played: Played) => ReadonlySet<number>,
): Promise<Comparison> {
  const client = new pg.Client({ connectionString: databaseUrl, types: { getTypeParser: asText } });
  await client.connect();
  try {
    await client.query(`set timezone to 'UTC'`);
    const all = [];
    for (const played of cast) all.push(await compareRows(client, played, unreadable(played)));
    return {
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      differences: all.flatMap(({ differences }) => differences).slice(0, 20),
    };
  } finally {
    await client.end();
  }
}

async function compareRows(
  client: pg.Client,
  played: Played,
  unreadable: ReadonlySet<number>,
): Promise<Comparison> {
  const { name, record, key, columns, remembered } = played;
  const readable = played.shown().filter((row) => !unreadable.has(Number(row[key])));
  const aside = await readAside(client, name);
  const { shownAlone = (row: Json) => row } = played;
  const source = new Map(
    readable.map((row): [number, Json] => {
      const id = Number(row[key]);
      return [id, aside.has(id) ? shownAlone(row) : row];
    }),
  );
  const table = await readTable(client, name);
  const copied = new Map(table.rows.map((row) => [Number(row[key]), row]));
  const differences: string[] = [];
  const whole = new Map<number, Json>();
  for (const [id, shown] of source) {
    const row = copied.get(id);
    if (!row) {
      differences.push(`${record} ${id} is missing in the copy`);
      continue;
    }
    whole.set(id, shown);
    if (row['deleted_at'] !== null) differences.push(`${record} ${id} is alive and has a tombstone`);
    if (canonical(JSON.parse(String(row['raw']))) !== canonical(shown)) {
      differences.push(`${record} ${id}: raw differs`);
    }
    const isForgotten = remembered !== undefined && columns[remembered]?.(shown) === undefined;
    const types = isForgotten ? without(table.types, remembered) : table.types;
    differences.push(...fieldDifferences(`${record} ${id}`, { types, columns }, shown, row));
  }
  for (const [id, row] of copied) {
    if (!source.has(id) && !unreadable.has(id) && row['deleted_at'] === null) {
      differences.push(`${record} ${id} is gone from the shop and alive in the copy`);
    }
  }
  for (const parts of played.parts) {
    differences.push(...(await partDifferences(client, played, parts, whole, unreadable)));
  }
  return { rows: source.size, differences };
}

async function partDifferences(
  client: pg.Client,
  { record }: Played,
  { table: name, plural, parent, key, of, columns = {} }: PlayedParts,
  whole: ReadonlyMap<number, Json>,
  unreadable: ReadonlySet<number>,
): Promise<string[]> {
  const { rows, types } = await readTable(client, name);
  const living = new Map<number, Table['rows']>();
  for (const row of rows) {
    const id = Number(row[parent]);
    if (row['deleted_at'] === null) living.set(id, [...(living.get(id) ?? []), row]);
  }
  const differences = [...living.keys()]
    .filter((id) => !whole.has(id) && !unreadable.has(id))
    .map((id) => `${plural} of ${record} ${id} are gone from the shop and alive in the copy`);
  const keyOf = (read: (column: string) => unknown) => key.map((column) => String(read(column))).join(' ');
  for (const [id, shown] of whole) {
    const wanted = of(shown);
    const found = new Map((living.get(id) ?? []).map((row) => [keyOf((column) => row[column]), row]));
    if (wanted.length !== found.size) {
      differences.push(`${record} ${id} has ${wanted.length} ${plural}, the copy ${found.size}`);
      continue;
    }
    for (const part of wanted) {
      const itsKey = keyOf((column) => (columns[column] ?? ((row: Json) => row[column]))(part));
      const title = `${plural} of ${record} ${id}, ${itsKey}`;
      const row = found.get(itsKey);
      if (!row) differences.push(`${title}: missing in the copy`);
      else differences.push(...fieldDifferences(title, { types, columns }, part, row));
      if (row && canonical(JSON.parse(String(row['raw']))) !== canonical(part)) {
        differences.push(`${title}: raw differs`);
      }
    }
  }
  return differences;
}

interface Table {
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  /** Types of the columns by their names. */
  readonly types: ReadonlyMap<string, number>;
}

async function readTable(client: pg.Client, name: string): Promise<Table> {
  const { rows, fields } = await client.query<Record<string, string | null>>(
    `select * from magento.${client.escapeIdentifier(name)}`,
  );
  const compared = fields.filter((field) => !bookkeeping.has(field.name));
  return { rows, types: new Map(compared.map((field) => [field.name, field.dataTypeID])) };
}

/** Ids that no list could show and that were read by their own route. */
async function readAside(client: pg.Client, entity: string): Promise<ReadonlySet<number>> {
  const { rows } = await client.query<{ id: string }>(
    'select id from sync.quarantine where entity = $1 and resolved_at is null',
    [entity],
  );
  return new Set(rows.map(({ id }) => Number(id)));
}

/** The text that PostgreSQL sends: the driver's own forms lose what is being compared. */
function asText() {
  return (value: unknown) => value;
}

function without(types: ReadonlyMap<string, number>, name: string): ReadonlyMap<string, number> {
  return new Map([...types].filter(([column]) => column !== name));
}

function fieldDifferences(
  title: string,
  { types, columns }: { readonly types: ReadonlyMap<string, number>; readonly columns: Columns },
  shown: Json,
  row: Readonly<Record<string, string | null>>,
): string[] {
  return [...types].flatMap(([column, type]) => {
    const read = columns[column] ?? ((sent: Json) => sent[column]);
    const wanted = canonical(inShop(type, read(shown) ?? null));
    const found = canonical(inCopy(type, row[column] ?? null));
    return wanted === found ? [] : [`${title}: ${column} is ${wanted} in the shop and ${found} in the copy`];
  });
}

const { BOOL, DATE, INT4, INT8, JSONB, NUMERIC, TEXT, TIMESTAMPTZ } = pg.types.builtins;
const numbers: readonly number[] = [INT4, INT8, NUMERIC];

/** What a column of this type has to hold for a value of the shop. */
function inShop(type: number, value: unknown): unknown {
  if (value === null) return null;
  if (type === BOOL) return [true, 1, '1'].includes(value as string);
  if (numbers.includes(type)) return Number(value);
  if (type === TEXT) return String(value);
  // Magento's zero date is no date.
  if (type === TIMESTAMPTZ || type === DATE) return String(value).startsWith('0000') ? null : value;
  return value;
}

/** What a column of this type holds, by the text that the database sends. */
function inCopy(type: number, value: string | null): unknown {
  if (value === null) return null;
  if (type === BOOL) return value === 't';
  if (numbers.includes(type)) return Number(value);
  if (type === TIMESTAMPTZ) return value.replace(/\+00$/, '');
  if (type === JSONB) return JSON.parse(value);
  if (type === TEXT || type === DATE) return value;
  return pg.types.getTypeParser(type)(value);
}

function canonical(value: unknown): string {
  return JSON.stringify(sorted(value ?? null));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
