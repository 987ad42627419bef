import type { Column, Entity, PersonalDataChoice, Treatment } from '@magento-sync/entities';
import { treatmentsOf } from '@magento-sync/entities';
import { isObject } from './read-value.ts';

/** Which personal data is read, and how an e-mail address is made a pseudonym. */
export interface PersonalData extends PersonalDataChoice {
  /** A keyed hash of a text that was put into one spelling; only for the preset `pseudonymous`. */
  readonly hash: (text: string) => string;
}

/** A member of what a shop sends: what becomes of its value, and of the members below it. */
interface Member {
  treatment: Treatment;
  readonly below: Map<string, Member>;
}

/** What is read of an entity: for the shop's `fields`, and for what it sends all the same. */
export interface ChosenMembers {
  /** For `fields`, of one record; null when it would be too long for an address. */
  readonly fields: string | null;
  /** The object without what is not wanted: only what a kept column reads stays, so that unknown members go too. */
  readonly choose: (sent: unknown) => unknown;
}

/** Web servers take addresses of 8 KiB; filters and the address itself need room too. */
const longestFields = 4_500;

/** What is read of the records of an entity; `null` when it is everything. */
export function chosenMembers(entity: Entity, personal: PersonalData | undefined): ChosenMembers | null {
  if (personal === undefined || personal.preset === 'all') return null;
  const root: Member = { treatment: 'removed', below: new Map() };
  addColumns(root, [''], entity.table.columns, treatmentsOf(entity.table, personal));
  for (const child of entity.children) {
    const places = child.before === undefined ? child.from : [...child.from, child.before];
    addColumns(root, places, child.columns, treatmentsOf(child, personal));
  }
  const fields = [fieldsOf(root, Number.POSITIVE_INFINITY), fieldsOf(root, 1)].find(
    (text) => encodeURIComponent(text).length <= longestFields,
  );
  return { fields: fields ?? null, choose: (sent) => chosen(sent, root, personal.hash) };
}

function addColumns(
  root: Member,
  places: readonly string[],
  columns: Readonly<Record<string, Column>>,
  treatments: Readonly<Record<string, Treatment>>,
): void {
  for (const [name, { from = name }] of Object.entries(columns)) {
    const treatment = treatments[name] ?? 'removed';
    if (treatment === 'removed') continue;
    for (const place of places)
      for (const path of typeof from === 'string' ? [from] : from)
        memberAt(root, place === '' ? path : `${place}.${path}`).treatment = treatment;
  }
}

function memberAt(root: Member, path: string): Member {
  let member = root;
  for (const name of path.split('.')) {
    const next = member.below.get(name) ?? { treatment: 'removed', below: new Map() };
    member.below.set(name, next);
    member = next;
  }
  return member;
}

/**
 * `id,email,addresses[id,city]`.
 *
 * Magento: framework/Webapi/Rest/Response/FieldsFilter.php knows names of word characters, brackets and commas.
 */
function fieldsOf({ below }: Member, depth: number): string {
  return [...below]
    .filter(([name]) => /^\w+$/.test(name))
    .map(([name, member]) =>
      member.below.size === 0 || depth <= 1 ? name : `${name}[${fieldsOf(member, depth - 1)}]`,
    )
    .join(',');
}

function chosen(value: unknown, member: Member, hash: PersonalData['hash']): unknown {
  if (Array.isArray(value)) {
    // A list on the way stands for its elements; a list of plain values is one value.
    return value.map((item) => chosen(item, member, hash));
  }
  if (isObject(value) && member.below.size > 0) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, inner]) => {
        const next = member.below.get(name);
        if (next === undefined || isNothing(inner, next)) return [];
        return [[name, chosen(inner, next, hash)] as const];
      }),
    );
  }
  if (member.treatment === 'kept') return value;
  if (member.treatment === 'hashed' && typeof value === 'string' && value !== '')
    return hash(value.trim().toLowerCase());
  return null;
}

/** Whether nothing of a value is wanted: a text where only members of an object are. */
function isNothing(value: unknown, { treatment, below }: Member): boolean {
  return treatment === 'removed' && (below.size === 0 || (value !== null && typeof value !== 'object'));
}
