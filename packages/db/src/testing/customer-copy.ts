import { createHash, randomBytes } from 'node:crypto';
import { type ChildTable, customers, type Kind } from '@magento-sync/entities';
import { stringifyJson } from '@magento-sync/exact-json';
import {
  type ChangeRecording,
  type CopyRecord,
  createEntityCopy,
  type Database,
  type Deletion,
  type Row,
  type SentRecord,
  type PageToWrite as WrittenPage,
} from '../index.ts';

type Camel<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<Camel<Rest>>}`
  : Name;

type Value<K extends Kind> = K extends 'text' | 'day' | 'time'
  ? string | null
  : K extends 'integer' | 'id' | 'reference'
    ? number | null
    : K extends 'flag'
      ? boolean | null
      : K extends 'texts'
        ? readonly string[]
        : Record<string, unknown>;

type Fields<Columns extends Readonly<Record<string, { readonly kind: Kind }>>> = {
  -readonly [Name in keyof Columns & string as Camel<Name>]: Value<Columns[Name]['kind']>;
};

type Raw = Record<string, unknown>;

/** An address as these tests write it down. */
export type AddressRecord = Omit<
  Fields<(typeof customers)['children'][0]['columns']>,
  'id' | 'customerId'
> & {
  id: number;
  raw: Raw;
};

/** A customer as these tests write it down. */
export type CustomerRecord = Omit<Fields<(typeof customers)['table']['columns']>, 'id'> & {
  id: number;
  addresses: readonly AddressRecord[];
  raw: Raw;
  contentHash: string;
};

/** A page of such customers. */
export type PageToWrite = Omit<WrittenPage, 'records'> & {
  customers: readonly CustomerRecord[];
  /** Whether every record carries a digest that no row has, so that its content has to decide. */
  sentAnew?: boolean;
};

const [addresses] = customers.children;

/** The copy of customers in the words of these tests: fields in camel case, addresses inside their customers. */
export function createCustomerRepository(database: Database, options: Partial<ChangeRecording> = {}) {
  const copy = createEntityCopy(database, customers, options);
  return {
    ...copy,
    async writePage({ customers: page, sentAnew = false, ...rest }: PageToWrite) {
      const digest = () => (sentAnew ? { sentHash: randomBytes(16).toString('hex') } : {});
      const records = page.map((one) => ({ ...sentRecord(recordOf(one)), ...digest() }));
      const outcome = await copy.writePage({ ...rest, records });
      const adjustments = outcome.adjustments.map(({ id, field, problem }) => ({
        customerId: id,
        field: camel(field),
        problem,
      }));
      return { ...outcome, adjustments };
    },
    async comparePage(shop: string, page: readonly CustomerRecord[]) {
      const compared = await copy.comparePage(shop, page.map(recordOf));
      return compared.map(({ parts, ...rest }) => ({ ...rest, addresses: parts }));
    },
    async totals(shop: string) {
      const { parts, ...totals } = await copy.totals(shop);
      return { ...totals, addresses: parts['customer_addresses'] };
    },
    erase: (deletion: Deletion) => copy.erase(deletion),
  };
}

/** A customer of these tests as the copy takes it. */
export function recordOf({ addresses: book, raw, contentHash, ...fields }: CustomerRecord): CopyRecord {
  const parts = book.map((address) => ({
    ...rowOf(addresses, address),
    customer_id: fields.id,
    raw: address.raw,
  }));
  const row = rowOf(customers.table, fields);
  return { id: fields.id, row, children: { customer_addresses: parts }, raw, contentHash, sentHash: null };
}

/** A record of these tests as if it had been sent: whatever differs in it, its digest differs. */
export function sentRecord(record: CopyRecord): SentRecord {
  const sentHash = createHash('md5').update(stringifyJson(record)).digest('hex');
  const stamp = record.row['source_updated_at'] ?? record.row['updated_at'];
  return {
    id: record.id,
    updatedAt: typeof stamp === 'string' ? stamp : null,
    sentHash,
    contentHash: () => record.contentHash,
    read: () => ({ ...record, sentHash }),
  };
}

function rowOf({ columns }: Pick<ChildTable, 'columns'>, fields: object): Row {
  const values = fields as Record<string, unknown>;
  return Object.fromEntries(Object.keys(columns).map((name) => [name, values[camel(name)]]));
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
