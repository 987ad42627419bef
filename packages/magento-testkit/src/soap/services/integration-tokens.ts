import { callRest } from '../rest-operation.ts';
import type { SoapService } from '../service-model.ts';
import { required } from '../type-model.ts';

const credentials = [required('username', 'string', ''), required('password', 'string', '')];

/** Tokens for administrators. */
export const adminTokenService: SoapService = {
  name: 'integrationAdminTokenServiceV1',
  operations: [
    {
      name: 'CreateAdminAccessToken',
      documentation: 'Create access token for admin given the admin credentials.',
      resource: 'anonymous',
      input: credentials,
      output: required('result', 'string', 'Token created'),
      call: (call) => callRest(call, { method: 'POST', path: '/integration/admin/token', body: call.args }),
    },
  ],
};

/** Tokens for customers. */
export const customerTokenService: SoapService = {
  name: 'integrationCustomerTokenServiceV1',
  operations: [
    {
      name: 'CreateCustomerAccessToken',
      documentation: 'Create access token for admin given the customer credentials.',
      resource: 'anonymous',
      input: credentials,
      output: required('result', 'string', 'Token created'),
      call: (call) =>
        callRest(call, { method: 'POST', path: '/integration/customer/token', body: call.args }),
    },
    {
      name: 'RevokeCustomerAccessToken',
      documentation: 'Revoke token by customer id.',
      resource: 'self',
      since: '2.4.6',
      input: [required('customerId', 'int', '')],
      output: required('result', 'boolean', ''),
      call: (call) => callRest(call, { method: 'POST', path: '/integration/customer/revoke-customer-token' }),
    },
  ],
};
