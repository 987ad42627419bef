/** A message template of Magento with the values for its placeholders. */
export interface RefusalMessage {
  readonly message: string;
  readonly parameters?: readonly string[] | Readonly<Record<string, string>>;
}

/**
 * OAuth credentials that Magento refuses with an error of its own.
 *
 * `status` is 400 for malformed input and 401 for everything else. `errors` is filled only when several
 * parameters are missing. Magento: framework/Oauth/Exception.php, framework/Oauth/OauthInputException.php.
 */
export class OAuthRefusal extends Error {
  readonly status: 400 | 401;
  readonly parameters: RefusalMessage['parameters'];
  readonly errors: readonly RefusalMessage[];

  constructor(status: 400 | 401, refusal: RefusalMessage, errors: readonly RefusalMessage[] = []) {
    super(refusal.message);
    this.name = 'OAuthRefusal';
    this.status = status;
    this.parameters = refusal.parameters;
    this.errors = errors;
  }
}

/** The refusal for parameters that are missing: one is named at the top, several are listed. */
export function missingParameters(names: readonly string[]): OAuthRefusal {
  const errors = names.map((fieldName) => ({
    message: '"%fieldName" is required. Enter and try again.',
    parameters: { fieldName },
  }));
  const [only, second] = errors;
  if (only && !second) return new OAuthRefusal(400, only);
  return new OAuthRefusal(400, { message: 'One or more input exceptions have occurred.' }, errors);
}

/** A refusal with status 401 and a fixed sentence. */
export function unauthorized(message: string, parameters?: readonly string[]): OAuthRefusal {
  return new OAuthRefusal(401, parameters ? { message, parameters } : { message });
}

/** The message with its placeholders filled in. */
export function renderRefusal({ message, parameters }: RefusalMessage): string {
  if (!parameters) return message;
  const values = Array.isArray(parameters)
    ? Object.fromEntries((parameters as readonly string[]).map((value, index) => [String(index + 1), value]))
    : (parameters as Readonly<Record<string, string>>);
  return message.replace(/%(\w+)/g, (placeholder, name: string) => values[name] ?? placeholder);
}
