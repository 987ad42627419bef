import type { CustomerAdministration } from '../customers/administration.ts';
import { noSuchEntity, WebApiError } from '../http/exchange.ts';
import { recordedBody } from '../recordings.ts';

/** A customer group as `GET /V1/customerGroups/:id` shows it. */
export interface CustomerGroup {
  readonly id: number;
  readonly code: string;
  readonly tax_class_id: number;
  readonly tax_class_name: string;
}

/** Customer groups and their administration. */
export interface CustomerGroups {
  all(): readonly CustomerGroup[];
  /** @throws WebApiError with status 404 */
  get(id: number): CustomerGroup;
  /** The group that new customers join. Magento: customer/create_account/default_group. */
  default(): CustomerGroup;
  add(code: string): CustomerGroup;
  rename(id: number, code: string): CustomerGroup;
  /**
   * Deletes a group: its members move to the default group, each by a save that moves `updated_at`. Returns how many.
   *
   * Magento: module-customer/Model/ResourceModel/Group.php::_afterDelete.
   */
  remove(id: number): number;
}

const notLoggedIn = 0;
const defaultGroup = 1;

/** Creates the recorded groups over the customers who belong to them. */
export function createCustomerGroups(customers: CustomerAdministration): CustomerGroups {
  let groups = (recordedBody('reads', 'groups') as { items: CustomerGroup[] }).items;

  function get(id: number): CustomerGroup {
    const found = groups.find((group) => group.id === id);
    if (!found) throw noSuchEntity('id', id);
    return found;
  }

  function demandNewCode(code: string): void {
    if (groups.some((group) => group.code.toLowerCase() === code.toLowerCase()))
      throw new WebApiError(400, 'Customer Group already exists.');
  }

  return {
    all: () => groups,
    get,
    default: () => get(defaultGroup),
    add(code) {
      demandNewCode(code);
      const id = Math.max(...groups.map((group) => group.id)) + 1;
      const group = { id, code, tax_class_id: 3, tax_class_name: 'Retail Customer' };
      groups = [...groups, group];
      return group;
    },
    rename(id, code) {
      const { code: former } = get(id);
      if (former.toLowerCase() !== code.toLowerCase()) demandNewCode(code);
      const renamed = { ...get(id), code };
      groups = groups.map((group) => (group.id === id ? renamed : group));
      return renamed;
    },
    remove(id) {
      get(id);
      if (id === notLoggedIn || id === defaultGroup) throw new WebApiError(400, 'Cannot delete group.');
      groups = groups.filter((group) => group.id !== id);
      const members = customers.all().filter(({ group_id }) => group_id === id);
      for (const member of members) customers.save(member.id, { group_id: defaultGroup });
      return members.length;
    },
  };
}
