import { AuthenticationError, MagentoResponseError } from '../errors.ts';

/**
 * The shop gives nobody a token in exchange for a password here, so that nothing is said of the credentials.
 *
 * Magento answers before it looks at them and before it counts failures.
 */
export class LoginNotOfferedError extends AuthenticationError {
  constructor(message: string, refused: MagentoResponseError) {
    super(message, refused.response, 'login_not_offered');
  }
}

/**
 * What Magento says, and what to do then. Both have no parameters, so that the names they keep in every language must do.
 *
 * Magento: module-admin-adobe-ims (2.4.5 and later) answers 401 for administrators; module-re-captcha-webapi-rest (2.4.3
 * and later) answers 400 for shoppers.
 */
const CLOSED: readonly { route: string; status: number; text: RegExp; cure: string }[] = [
  {
    route: '/V1/integration/admin/token',
    status: 401,
    text: /IMS.*ACCESS_TOKEN/,
    cure: 'Administrators of this shop sign in through Adobe IMS: use an integration, whose requests are signed, or give an access token of Adobe IMS as a ready one (bearer).',
  },
  {
    route: '/V1/integration/customer/token',
    status: 400,
    text: /re-?captcha/i,
    cure: 'A program cannot solve a reCAPTCHA: switch it off for the login of customers (Stores > Configuration > Security > Google reCAPTCHA Storefront), or use the session of a shopper who has logged in.',
  },
];

/** The error of a login that the shop does not offer; `undefined` when the answer is about something else. */
export function loginNotOffered(error: unknown, route: string): LoginNotOfferedError | undefined {
  if (!(error instanceof MagentoResponseError)) return undefined;
  const { message, status } = error;
  const found = CLOSED.find(
    (entry) => entry.route === route && entry.status === status && entry.text.test(message),
  );
  return found && new LoginNotOfferedError(`${message} ${found.cure}`, error);
}
