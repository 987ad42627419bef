import { randomBytes } from 'node:crypto';
import { entities as definitions, namesOf } from '@magento-sync/entities';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment-reader.ts';
import { readPostgresAddress } from '../config/postgres-address.ts';
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts';
import { UsageError } from '../failure.ts';
import type { Logger } from '../logger.ts';
import { tryAddress } from './find-address.ts';
import type { Questions } from './questions.ts';

/** Answers that are known before anything is asked, by the names of the flags. */
export interface KnownAnswers {
  readonly url?: string;
  readonly auth?: string;
  readonly username?: string;
  readonly entities?: string;
  readonly databaseUrl?: string;
}

/** What answers are made of. */
export interface InitContext {
  readonly known: KnownAnswers;
  /** Secrets come from here, or are asked for; never from flags. */
  readonly environment: Environment;
  /** Absent when nobody can be asked: then every default is taken. */
  readonly questions: Questions | undefined;
  /** Tells what is found out when nobody is asked. */
  readonly tell: (sentence: string) => void;
  readonly logOf: (config: Config) => Logger;
  readonly log: Logger;
}

/** Settings that were tried, and what was found. */
export interface InitResult {
  readonly settings: Readonly<Record<string, string>>;
  readonly diagnosis: Diagnosis | undefined;
}

const waysToSignIn = [
  { value: 'admin', label: 'User of the administration', hint: 'user name and password' },
  { value: 'integration', label: 'Integration', hint: 'four keys from System → Integrations' },
  { value: 'bearer', label: 'A token that somebody gave you' },
  { value: 'ims', label: 'Adobe Commerce as a Cloud Service', hint: 'an Adobe credential' },
] as const;

interface Credential {
  readonly variable: string;
  readonly question: string;
  readonly isSecret: boolean;
  readonly optional?: boolean;
}

const credentials: Readonly<Record<string, readonly Credential[]>> = {
  admin: [
    { variable: 'MAGENTO_USERNAME', question: 'User name', isSecret: false },
    { variable: 'MAGENTO_PASSWORD', question: 'Password', isSecret: true },
    {
      variable: 'MAGENTO_TOTP_SECRET',
      question: 'Secret of the authenticator app (Enter when the shop has no second factor)',
      isSecret: true,
      optional: true,
    },
  ],
  integration: [
    { variable: 'MAGENTO_CONSUMER_KEY', question: 'Consumer key', isSecret: true },
    { variable: 'MAGENTO_CONSUMER_SECRET', question: 'Consumer secret', isSecret: true },
    { variable: 'MAGENTO_ACCESS_TOKEN', question: 'Access token', isSecret: true },
    { variable: 'MAGENTO_ACCESS_TOKEN_SECRET', question: 'Access token secret', isSecret: true },
  ],
  bearer: [{ variable: 'MAGENTO_BEARER_TOKEN', question: 'Token', isSecret: true }],
  ims: [
    { variable: 'MAGENTO_IMS_CLIENT_ID', question: 'Client id', isSecret: true },
    { variable: 'MAGENTO_IMS_CLIENT_SECRET', question: 'Client secret', isSecret: true },
    { variable: 'MAGENTO_IMS_ORGANIZATION_ID', question: 'Organisation', isSecret: true },
  ],
};

/**
 * Finds out what has to be known, tries it, and returns the settings; writes nothing.
 *
 * The address is tried as soon as it is known. Everything else is tried together by the checks of `doctor`, with one login.
 */
export async function collectSettings(context: InitContext, signal: AbortSignal): Promise<InitResult> {
  const settings: Record<string, string> = {};
  Object.assign(settings, await addressOf(context, signal));
  const auth = await wayToSignIn(context);
  settings['MAGENTO_AUTH'] = auth;
  Object.assign(settings, await credentialsOf(context, auth));
  settings['ENTITIES'] = (await entitiesOf(context)).join(',');
  Object.assign(settings, await databaseOf(context));
  // With it the token of this one login is kept, so that no worker signs in again.
  const key = context.environment['TOKEN_ENCRYPTION_KEY'];
  settings['TOKEN_ENCRYPTION_KEY'] = key || randomBytes(32).toString('base64');

  context.questions?.tell('message', 'Trying all of it, with one login…');
  const environment = { ...context.environment, ...settings };
  const diagnosis = await diagnose({ environment, environmentFile: undefined, logOf: context.logOf }, signal);
  return leaveOutForbidden(context, { settings, diagnosis });
}

/** The address at which Magento answers; what is typed wrongly is found, and the right one proposed. */
async function addressOf(context: InitContext, signal: AbortSignal): Promise<Record<string, string>> {
  const { questions, environment, log } = context;
  const known = context.known.url ?? environment['MAGENTO_BASE_URL'];
  let typed =
    context.known.url ??
    (await questions?.text('Address of the shop', known ? { initial: known } : {})) ??
    known;
  if (!typed) throw new UsageError('Say where the shop is: --url https://shop.example.com');
  let storeCode: string | undefined;
  for (;;) {
    const tried = await tryAddress(typed, environment, log, signal);
    storeCode = tried.storeCode ?? storeCode;
    if (tried.works) {
      questions?.tell('success', tried.sentence);
      context.tell(tried.sentence);
      return {
        MAGENTO_BASE_URL: typed,
        ...(storeCode === undefined ? {} : { MAGENTO_STORE_CODE: storeCode }),
      };
    }
    questions?.tell('warning', tried.sentence);
    context.tell(tried.sentence);
    const { proposal } = tried;
    const isNew = proposal !== undefined && proposal !== typed;
    if (isNew && (!questions || (await questions.yes(`Take ${proposal}?`, true)))) {
      typed = proposal;
    } else if (questions) {
      typed = await questions.text('Address of the shop', { initial: typed });
    } else {
      throw new UsageError(`Magento does not answer at ${typed}. ${tried.sentence}`);
    }
  }
}

async function wayToSignIn({ known, environment, questions }: InitContext): Promise<string> {
  const given = known.auth ?? (questions ? undefined : (environment['MAGENTO_AUTH'] ?? 'admin'));
  const auth =
    given ??
    (await questions?.one('How to sign in', waysToSignIn, environment['MAGENTO_AUTH'] ?? 'admin')) ??
    'admin';
  if (auth in credentials) return auth;
  throw new UsageError(`--auth ${auth} is not known; there are: ${Object.keys(credentials).join(', ')}.`);
}

async function credentialsOf(
  { known, environment, questions }: InitContext,
  auth: string,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const { variable, question, isSecret, optional } of credentials[auth] ?? []) {
    const flag = variable === 'MAGENTO_USERNAME' ? known.username : undefined;
    const given = flag ?? environment[variable];
    let value = given;
    if (questions && given === undefined) {
      value = isSecret
        ? await questions.secret(question, { optional: optional ?? false })
        : await questions.text(question, {});
    }
    if (value) found[variable] = value;
    else if (!optional)
      missing.push(variable === 'MAGENTO_USERNAME' ? `${variable} (or --username)` : variable);
  }
  if (missing.length === 0) return found;
  throw new UsageError(`Set ${missing.join(', ')} in the environment: secrets are never given as flags.`);
}

async function entitiesOf({ known, environment, questions }: InitContext): Promise<string[]> {
  const all: readonly string[] = namesOf(definitions);
  const given = known.entities ?? environment['ENTITIES'];
  if (known.entities === undefined && questions) {
    const initial = given ? readEntities(given, all) : ['customers'];
    return questions.several(
      'What is copied',
      all.map((value) => ({ value, label: value.replaceAll('_', ' ') })),
      initial,
    );
  }
  return readEntities(given ?? 'customers', all);
}

function readEntities(text: string, all: readonly string[]): string[] {
  if (text.trim() === 'all') return [...all];
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined || names.length === 0)
    throw new UsageError(`--entities ${text}: known are ${all.join(', ')}, or all.`);
  return names;
}

async function databaseOf({ known, environment, questions }: InitContext): Promise<Record<string, string>> {
  const given = known.databaseUrl ?? environment['DATABASE_URL'];
  let typed = given;
  if (known.databaseUrl === undefined && questions && given === undefined) {
    typed = await questions.secret(
      'Address of PostgreSQL (Enter for the one that comes along, kept in .data)',
      {
        optional: true,
      },
    );
  }
  if (!typed) return {};
  try {
    readPostgresAddress(typed);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return { DATABASE_URL: typed };
}

/** What the account has no right to is left out where somebody agrees, so that the rest can begin. */
async function leaveOutForbidden(context: InitContext, result: InitResult): Promise<InitResult> {
  const { settings, diagnosis } = result;
  if (!diagnosis) return result;
  const chosen = (settings['ENTITIES'] ?? '').split(',');
  const refused = new Set(
    diagnosis.findings
      .filter(({ check, outcome }) => check.startsWith('right ') && outcome === 'problem')
      .map(({ check }) => check),
  );
  const forbidden = definitions.filter(
    ({ name, right }) => chosen.includes(name) && refused.has(`right ${right.name}`),
  );
  if (forbidden.length === 0 || forbidden.length === chosen.length) return result;
  const names = namesOf(forbidden).join(', ');
  const rights = forbidden.map(({ right }) => right.name).join(', ');
  const question = `The account lacks ${rights}. Leave ${names} out for now?`;
  context.tell(`The account lacks ${rights}: ${names} left out.`);
  if (context.questions && !(await context.questions.yes(question, true))) return result;
  const left = chosen.filter((name) => !namesOf(forbidden).includes(name as never));
  const findings = diagnosis.findings.filter(
    ({ check }) => !forbidden.some(({ right }) => check === `right ${right.name}`),
  );
  const healthy = findings.every(({ outcome }) => outcome === 'ok');
  return {
    settings: { ...settings, ENTITIES: left.join(',') },
    diagnosis: { ...diagnosis, healthy, findings },
  };
}
