import { InvalidCriteriaError } from '../errors.ts';
import { assertMagentoTime } from './magento-time.ts';

/** Columns that `customers/search` filters and sorts by; the id is called `entity_id` there. */
export type CustomerField =
  | 'entity_id'
  | 'created_at'
  | 'updated_at'
  | 'email'
  | 'firstname'
  | 'lastname'
  | 'middlename'
  | 'prefix'
  | 'suffix'
  | 'taxvat'
  | 'dob'
  | 'gender'
  | 'store_id'
  | 'website_id'
  | 'group_id'
  | 'created_in'
  | 'confirmation'
  | 'increment_id'
  | 'default_billing'
  | 'default_shipping'
  | 'disable_auto_group_change'
  | 'billing_postcode'
  | 'billing_city'
  | 'billing_telephone'
  | 'billing_region'
  | 'billing_country_id'
  | 'billing_company'
  | 'name';

/** Columns that `customerGroups/search` filters and sorts by. */
export type CustomerGroupField = 'id' | 'code' | 'tax_class_name' | 'tax_class_id';

/** A custom attribute as a filter field; made by {@link customAttribute}. */
export type CustomAttributeField = string & { readonly customAttribute: true };

/** Names a shop's own attribute as a field; a code that the shop does not have is answered with 400. */
export function customAttribute(code: string): CustomAttributeField {
  if (!/^[a-z][a-z0-9_]*$/.test(code)) {
    throw new InvalidCriteriaError(
      `"${code}" is not an attribute code: lower case letters, digits and underscores.`,
    );
  }
  return code as CustomAttributeField;
}

type FieldKind = 'time' | 'date' | 'integer' | 'text';

const INTEGERS = new Set([
  'id',
  'gender',
  'default_billing',
  'default_shipping',
  'disable_auto_group_change',
]);
const TEXT_IDS = new Set([
  'increment_id',
  'billing_country_id',
  'country_id',
  'quote_id_mask',
  'transaction_id',
]);

/** What a column holds, by Magento's own naming. */
function fieldKind(field: string): FieldKind {
  if (field === 'created_at' || field === 'updated_at') return 'time';
  if (field === 'dob') return 'date';
  if (INTEGERS.has(field) || (field.endsWith('_id') && !TEXT_IDS.has(field))) return 'integer';
  return 'text';
}

/** Refuses a value that the database would convert into something else without an error. */
export function assertFieldValue(field: string, value: string | number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new InvalidCriteriaError(`The value of ${field} must be a finite number.`);
  }
  const text = String(value);
  switch (fieldKind(field)) {
    case 'time':
      assertMagentoTime(text, `The value of ${field}`);
      return;
    case 'date':
      assertMagentoTime(`${text} 00:00:00`, `The value of ${field} (with 00:00:00 added)`);
      return;
    case 'integer':
      if (!/^-?\d{1,18}$/.test(text)) {
        throw new InvalidCriteriaError(
          `The value of ${field} must be a whole number, not "${text}": the database would compare with the number it starts with.`,
        );
      }
      return;
    case 'text':
  }
}
