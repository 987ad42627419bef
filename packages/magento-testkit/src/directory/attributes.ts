import type { CustomerTable } from '../customers/customer-table.ts';
import { WebApiError } from '../http/exchange.ts';
import { recordedBody } from '../recordings.ts';
import type { ColumnKind } from '../search/conditions.ts';

/** An option of a select or multiselect attribute. */
export interface AttributeOption {
  readonly label: string;
  readonly value: string;
}

/** An attribute as `GET /V1/attributeMetadata/customer` shows it; members in Magento's order. */
export interface AttributeData {
  readonly frontend_input: string;
  readonly input_filter: string;
  readonly store_label: string;
  readonly validation_rules: readonly { readonly name: string; readonly value: string }[];
  readonly multiline_count: number;
  readonly visible: boolean;
  readonly required: boolean;
  readonly data_model: string;
  readonly options: readonly AttributeOption[];
  readonly frontend_class: string;
  readonly user_defined: boolean;
  readonly sort_order: number;
  readonly frontend_label: string;
  readonly note: string;
  readonly system: boolean;
  readonly backend_type: string;
  readonly is_used_in_grid: boolean;
  readonly is_visible_in_grid: boolean;
  readonly is_filterable_in_grid: boolean;
  readonly is_searchable_in_grid: boolean;
  readonly attribute_code: string;
}

/** Attributes of customers or addresses, which modules and administrators add, remove and change. */
export interface Attributes {
  all(): readonly AttributeData[];
  /** Those that the merchant added. */
  custom(): readonly AttributeData[];
  /** @throws WebApiError with status 404 */
  get(code: string): AttributeData;
  /** Adds a custom attribute: a text unless `frontend_input` and `backend_type` say otherwise. */
  add(attribute: Partial<AttributeData> & { readonly attribute_code: string }): AttributeData;
  /** Changes its definition, type and options included; stored values stay as they are. */
  change(code: string, changes: Partial<AttributeData>): AttributeData;
  /** Removes an attribute with all its values; `updated_at` of nobody moves. */
  remove(code: string): void;
  /** How custom attributes compare in searches, by code. */
  kinds(): ReadonlyMap<string, ColumnKind>;
}

const blank: Omit<AttributeData, 'attribute_code'> = {
  frontend_input: 'text',
  input_filter: '',
  store_label: '',
  validation_rules: [],
  multiline_count: 0,
  visible: true,
  required: false,
  data_model: '',
  options: [],
  frontend_class: '',
  user_defined: true,
  sort_order: 900,
  frontend_label: '',
  note: '',
  system: false,
  backend_type: 'varchar',
  is_used_in_grid: false,
  is_visible_in_grid: false,
  is_filterable_in_grid: false,
  is_searchable_in_grid: false,
};

/** Creates the recorded attributes of customers or of their addresses. */
export function createAttributes(entity: 'customer' | 'customer_address', table: CustomerTable): Attributes {
  const title = entity === 'customer' ? 'customer attributes' : 'address attributes';
  let attributes = recordedBody('reads', title) as AttributeData[];

  function get(code: string): AttributeData {
    const found = attributes.find(({ attribute_code }) => attribute_code === code);
    if (found) return found;
    throw new WebApiError(404, 'No such entity with %fieldName = %fieldValue, %field2Name = %field2Value', {
      parameters: {
        fieldName: 'entityType',
        fieldValue: entity,
        field2Name: 'attributeCode',
        field2Value: code,
      },
    });
  }

  return {
    all: () => attributes,
    custom: () => attributes.filter(({ user_defined }) => user_defined),
    get,
    add(given) {
      if (attributes.some(({ attribute_code }) => attribute_code === given.attribute_code))
        throw new RangeError(`The shop already has the attribute "${given.attribute_code}".`);
      const label = given.frontend_label ?? given.attribute_code;
      const attribute = { ...blank, store_label: label, frontend_label: label, ...given };
      attributes = [...attributes, attribute];
      return attribute;
    },
    change(code, changes) {
      const changed = { ...get(code), ...changes };
      attributes = attributes.map((attribute) => (attribute.attribute_code === code ? changed : attribute));
      return changed;
    },
    remove(code) {
      get(code);
      attributes = attributes.filter(({ attribute_code }) => attribute_code !== code);
      for (const customer of table.all()) {
        if (entity === 'customer') {
          const kept = withoutAttribute(customer, code);
          if (kept !== customer) table.put(kept);
        } else {
          const addresses = customer.addresses.map((address) => withoutAttribute(address, code));
          if (addresses.some((address, index) => address !== customer.addresses[index]))
            table.put({ ...customer, addresses });
        }
      }
    },
    kinds: () =>
      new Map(
        attributes
          .filter(({ user_defined }) => user_defined)
          .map(({ attribute_code, backend_type }) => [attribute_code, kindOf(backend_type)]),
      ),
  };
}

function kindOf(backendType: string): ColumnKind {
  if (backendType === 'int' || backendType === 'decimal') return 'number';
  return backendType === 'datetime' ? 'date' : 'text';
}

function withoutAttribute<T extends { custom_attributes?: { attribute_code: string }[] }>(
  record: T,
  code: string,
): T {
  const { custom_attributes: stored = [], ...rest } = record;
  const kept = stored.filter(({ attribute_code }) => attribute_code !== code);
  if (kept.length === stored.length) return record;
  return (kept.length > 0 ? { ...rest, custom_attributes: kept } : rest) as T;
}
