import { z } from 'zod';
import type { RestClient } from '../http/rest.ts';
import { type CustomerAddress, parseAddress } from '../payloads/address.ts';
import { type Customer, parseCustomer } from '../payloads/customer.ts';
import { parsePayload } from '../payloads/parse.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { assertEntityId } from './listed-entities.ts';

/** A customer as Magento takes it: its own names in snake_case, e.g. `{ email, firstname, website_id, addresses }`. */
export type CustomerInput = Readonly<Record<string, unknown>>;

/** The shop's own words for the state of an account. */
export type ConfirmationStatus =
  | 'account_confirmed'
  | 'account_confirmation_required'
  | 'account_confirmation_not_required';

const truth = z.boolean();

/** Creates, changes and deletes customers, and reads their addresses one by one; for the sync's own reads see `customers`. */
export function createCustomerWrites(rest: RestClient) {
  return {
    /** Creates an account; Magento sends the welcome e-mail. Without a password the customer sets one by e-mail. */
    async create(
      customer: CustomerInput,
      options: CallOptions & { readonly password?: string } = {},
    ): Promise<Customer> {
      const body = options.password === undefined ? { customer } : { customer, password: options.password };
      const answer = await rest.call({
        method: 'POST',
        route: '/V1/customers',
        body,
        ...(options.password === undefined ? {} : { secrets: [options.password] }),
        ...withSignal(options.signal),
      });
      return parseCustomer(answer.body, answer.path);
    },

    /**
     * Changes an account. Releases since 2.4.1 keep what is left out; earlier ones take the object as a whole.
     *
     * `addresses` is always taken as a whole: those left out are deleted. `updated_at` moves even without a change.
     * Magento: recordings/writes.json 'save without any change', 'remove all addresses'
     */
    async update(id: number, customer: CustomerInput, options: CallOptions = {}): Promise<Customer> {
      assertEntityId(id);
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/:customerId',
        variables: { customerId: id },
        body: { customer: { ...customer, id } },
        idempotent: true,
        ...withSignal(options.signal),
      });
      return parseCustomer(answer.body, answer.path);
    },

    /** Deletes a customer with all addresses; Magento keeps no trace of it. */
    async delete(id: number, options: CallOptions = {}): Promise<void> {
      assertEntityId(id);
      await rest.call({
        method: 'DELETE',
        route: '/V1/customers/:customerId',
        variables: { customerId: id },
        ...withSignal(options.signal),
      });
    },

    /** One address by its id. */
    async address(addressId: number, options: CallOptions = {}): Promise<CustomerAddress> {
      assertEntityId(addressId);
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/customers/addresses/:addressId',
        variables: { addressId },
        ...withSignal(options.signal),
      });
      return parseAddress(answer.body, answer.path);
    },

    /** The default address for bills or parcels; `null` when the customer has none. */
    async defaultAddress(
      id: number,
      kind: 'billing' | 'shipping',
      options: CallOptions = {},
    ): Promise<CustomerAddress | null> {
      assertEntityId(id);
      const answer = await rest.call({
        method: 'GET',
        route: `/V1/customers/:customerId/${kind}Address`,
        variables: { customerId: id },
        ...withSignal(options.signal),
      });
      return parseOptionalAddress(answer.body, answer.path);
    },

    /** Deletes one address. The customer's `updated_at` does not move. */
    async deleteAddress(addressId: number, options: CallOptions = {}): Promise<void> {
      assertEntityId(addressId);
      await rest.call({
        method: 'DELETE',
        route: '/V1/addresses/:addressId',
        variables: { addressId },
        ...withSignal(options.signal),
      });
    },

    /** Whether the account waits for its e-mail address to be confirmed. */
    async confirmationStatus(id: number, options: CallOptions = {}): Promise<ConfirmationStatus> {
      assertEntityId(id);
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/customers/:customerId/confirm',
        variables: { customerId: id },
        ...withSignal(options.signal),
      });
      return parsePayload(z.enum(STATUSES), answer.body, answer.path);
    },

    /** Sends the e-mail with the confirmation link again. */
    async resendConfirmation(
      email: string,
      websiteId: number,
      options: CallOptions & { readonly redirectUrl?: string } = {},
    ): Promise<boolean> {
      const answer = await rest.call({
        method: 'POST',
        route: '/V1/customers/confirm',
        body: { email, websiteId, redirectUrl: options.redirectUrl ?? '' },
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },

    /** Confirms an account by the key that Magento sent by e-mail. */
    async activate(email: string, confirmationKey: string, options: CallOptions = {}): Promise<Customer> {
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/:email/activate',
        variables: { email },
        body: { confirmationKey },
        secrets: [confirmationKey],
        ...withSignal(options.signal),
      });
      return parseCustomer(answer.body, answer.path);
    },

    /** Checks a customer by the shop's own rules without saving it. */
    async validate(
      customer: CustomerInput,
      options: CallOptions = {},
    ): Promise<{ valid: boolean; messages: string[] }> {
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/validate',
        body: { customer },
        changesNothing: true,
        idempotent: true,
        ...withSignal(options.signal),
      });
      return parsePayload(
        z.object({ valid: z.boolean(), messages: z.array(z.string()).default([]) }),
        answer.body,
        answer.path,
      );
    },
  };
}

const STATUSES = [
  'account_confirmed',
  'account_confirmation_required',
  'account_confirmation_not_required',
] as const satisfies readonly ConfirmationStatus[];

/** Magento: recordings/reads.json 'billing address of one without' answers `[]`. */
export function parseOptionalAddress(body: unknown, path: string): CustomerAddress | null {
  return body === null || (Array.isArray(body) && body.length === 0) ? null : parseAddress(body, path);
}
