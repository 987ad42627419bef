import { z } from 'zod';
import type { RestClient } from '../http/rest.ts';
import type { CustomerAddress } from '../payloads/address.ts';
import { type Customer, parseCustomer } from '../payloads/customer.ts';
import { parsePayload } from '../payloads/parse.ts';
import { type CallOptions, withSignal } from './call-options.ts';
import { type CustomerInput, parseOptionalAddress } from './customer-writes.ts';
import { assertEntityId } from './listed-entities.ts';

const truth = z.boolean();

/** What a shopper may do with the own account (a customer token or a session), and what anybody may with an e-mail address. */
export function createCustomerAccounts(rest: RestClient) {
  return {
    /** The shopper who is logged in. */
    async me(options: CallOptions = {}): Promise<Customer> {
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/customers/me',
        ...withSignal(options.signal),
      });
      return parseCustomer(answer.body, answer.path);
    },

    /** Changes the shopper's own account. */
    async updateMe(customer: CustomerInput, options: CallOptions = {}): Promise<Customer> {
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/me',
        body: { customer },
        idempotent: true,
        ...withSignal(options.signal),
      });
      return parseCustomer(answer.body, answer.path);
    },

    /** The shopper's own default address; `null` when there is none. */
    async myAddress(
      kind: 'billing' | 'shipping',
      options: CallOptions = {},
    ): Promise<CustomerAddress | null> {
      const answer = await rest.call({
        method: 'GET',
        route: `/V1/customers/me/${kind}Address`,
        ...withSignal(options.signal),
      });
      return parseOptionalAddress(answer.body, answer.path);
    },

    /** Changes the shopper's own password; tokens stay valid, storefront sessions end. */
    async changePassword(
      currentPassword: string,
      newPassword: string,
      options: CallOptions = {},
    ): Promise<boolean> {
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/me/password',
        body: { currentPassword, newPassword },
        secrets: [currentPassword, newPassword],
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },

    /** Confirms the shopper's own account by the key that Magento sent by e-mail. */
    async activateMe(confirmationKey: string, options: CallOptions = {}): Promise<Customer> {
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/me/activate',
        body: { confirmationKey },
        secrets: [confirmationKey],
        ...withSignal(options.signal),
      });
      return parseCustomer(answer.body, answer.path);
    },

    /** Sends the e-mail with the link to a new password; anonymous. Moves the customer's `updated_at`. */
    async requestPasswordReset(
      email: string,
      template: 'email_reminder' | 'email_reset',
      options: CallOptions & { readonly websiteId?: number } = {},
    ): Promise<boolean> {
      const website = options.websiteId === undefined ? {} : { websiteId: options.websiteId };
      const answer = await rest.call({
        method: 'PUT',
        route: '/V1/customers/password',
        body: { email, template, ...website },
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },

    /** Sets a new password with the token of that e-mail; anonymous. */
    async resetPassword(
      reset: { readonly email: string; readonly resetToken: string; readonly newPassword: string },
      options: CallOptions = {},
    ): Promise<boolean> {
      const answer = await rest.call({
        method: 'POST',
        route: '/V1/customers/resetPassword',
        body: reset,
        secrets: [reset.resetToken, reset.newPassword],
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },

    /** Whether the token of that e-mail still opens the reset; anonymous. Refused with 400 or 404 when it does not. */
    async checkResetToken(
      customerId: number,
      resetToken: string,
      options: CallOptions = {},
    ): Promise<boolean> {
      assertEntityId(customerId);
      const answer = await rest.call({
        method: 'GET',
        route: '/V1/customers/:customerId/password/resetLinkToken/:resetToken',
        variables: { customerId, resetToken },
        secretVariables: ['resetToken'],
        secrets: [resetToken],
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },

    /** Whether an account can still be made with this address; anonymous. Shops can switch it to always say yes. */
    async isEmailAvailable(
      customerEmail: string,
      options: CallOptions & { readonly websiteId?: number } = {},
    ): Promise<boolean> {
      const website = options.websiteId === undefined ? {} : { websiteId: options.websiteId };
      const answer = await rest.call({
        method: 'POST',
        route: '/V1/customers/isEmailAvailable',
        body: { customerEmail, ...website },
        changesNothing: true,
        idempotent: true,
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },

    /**
     * Ends all tokens of the shopper who is logged in (2.4.6 and later); the client logs in again when it is used.
     *
     * Allowed without `allowWrites`, because it changes nothing but the caller's own login.
     */
    async revokeTokens(options: CallOptions = {}): Promise<boolean> {
      const answer = await rest.call({
        method: 'POST',
        route: '/V1/integration/customer/revoke-customer-token',
        changesNothing: true,
        ...withSignal(options.signal),
      });
      return parsePayload(truth, answer.body, answer.path);
    },
  };
}
