import { type VariableName, variables } from '../config/variables.ts';

/** A setting of shops.yaml: where it stands in a shop or in the defaults, and the variable that it is. */
export interface ShopSetting {
  /** For example `pull_every`, or `auth.password`. */
  readonly key: string;
  readonly variable: VariableName;
  /** Given only by reference to a variable or a file. */
  readonly isSecret: boolean;
  /** Several names, which may be a list in the file and have commas between them as a text. */
  readonly isList: boolean;
}

const secrets: ReadonlySet<VariableName> = new Set([
  'MAGENTO_BASIC_AUTH',
  'MAGENTO_EXTRA_HEADERS',
  'MAGENTO_PASSWORD',
  'MAGENTO_TOTP_SECRET',
  'MAGENTO_CONSUMER_SECRET',
  'MAGENTO_ACCESS_TOKEN',
  'MAGENTO_ACCESS_TOKEN_SECRET',
  'MAGENTO_BEARER_TOKEN',
  'MAGENTO_IMS_CLIENT_SECRET',
  'HINT_SECRET',
  'PERSONAL_DATA_KEY',
]);

const lists: ReadonlySet<VariableName> = new Set(['ENTITIES', 'PERSONAL_DATA_KEEP']);

/** What belongs to the process and not to one of its shops; the name of a shop is `name`. */
const ofTheProcess =
  /^(MAGENTO_SHOP|SHOPS_FILE|HTTPS?_PROXY|NO_PROXY|DATABASE_URL|QUEUE_URL|DATA_DIRECTORY|TOKEN_|CONSOLE_|LOG_|SHUTDOWN_|HTTP_|ALERT)/;

const signIn = /^MAGENTO_(AUTH|USERNAME|PASSWORD|TOTP_SECRET|CONSUMER_|ACCESS_|BEARER_|IMS_)/;

/** Every setting that a shop may have, from the variables that the worker reads. */
export const shopSettings: readonly ShopSetting[] = (Object.keys(variables) as VariableName[])
  .filter((name) => !ofTheProcess.test(name))
  .map((variable) => ({
    key: keyOf(variable),
    variable,
    isSecret: secrets.has(variable),
    isList: lists.has(variable),
  }));

function keyOf(variable: VariableName): string {
  const short = variable.replace('MAGENTO_', '').toLowerCase();
  if (!signIn.test(variable)) return short;
  return variable === 'MAGENTO_AUTH' ? 'auth.type' : `auth.${short === 'bearer_token' ? 'token' : short}`;
}
