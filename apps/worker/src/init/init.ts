import { randomBytes } from 'node:crypto';
import { reachServer } from '@magento-sync/db';
import { entities as definitions, namesOf } from '@magento-sync/entities';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { readPostgresAddress } from '../config/postgres-address.ts';
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts';
import { describeFailure, UsageError } from '../failure.ts';
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
  readonly diagnosis: Diagnosis;
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
 * Address and database are tried as soon as they are known, the sign-in and all rights with one login after that: what the
 * account may not read is said where it is chosen what is copied.
 */
export async function collectSettings(context: InitContext, signal: AbortSignal): Promise<InitResult> {
  const { environment, known, questions } = context;
  const settings: Record<string, string> = {};
  Object.assign(settings, await addressOf(context, signal));
  Object.assign(settings, await databaseOf(context));
  const auth = await wayToSignIn(context);
  settings['MAGENTO_AUTH'] = auth;
  Object.assign(settings, await credentialsOf(context, auth));
  // With it the token of this one login is kept, so that no worker signs in again.
  settings['TOKEN_ENCRYPTION_KEY'] =
    environment['TOKEN_ENCRYPTION_KEY'] || randomBytes(32).toString('base64');

  const given = known.entities ?? environment['ENTITIES'];
  const isAsked = questions !== undefined && known.entities === undefined;
  const before = readEntities(given ?? 'customers');
  settings['ENTITIES'] = (isAsked ? allEntities : before).join(',');
  questions?.tell('message', 'Trying the sign-in and every right, with one login…');
  const tried = { ...environment, ...settings };
  const diagnosis = await diagnose(
    { environment: tried, environmentFile: undefined, logOf: context.logOf },
    signal,
  );
  const chosen = isAsked
    ? await chooseEntities(questions, before, diagnosis)
    : leaveOutForbidden(context, before, diagnosis);
  settings['ENTITIES'] = chosen.join(',');
  return { settings, diagnosis: onlyAbout(chosen, diagnosis) };
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
  const proposed = new Set<string>();
  for (;;) {
    const tried = await tryAddress(typed, environment, log, signal, storeCode);
    storeCode = tried.works ? tried.storeCode : (tried.storeCode ?? storeCode);
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
    // Redirects may lead in a circle.
    const isNew = proposal !== undefined && proposal !== typed && !proposed.has(proposal);
    if (isNew && (!questions || (await questions.yes(`Take ${proposal}?`, true)))) {
      proposed.add(proposal);
      typed = proposal;
    } else if (questions) {
      storeCode = undefined;
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
    if (questions && flag === undefined) {
      const kept = given ? ' (Enter keeps the present one)' : '';
      value = isSecret
        ? (await questions.secret(`${question}${kept}`, {
            optional: (optional ?? false) || given !== undefined,
          })) || given
        : await questions.text(question, given ? { initial: given } : {});
    }
    if (value) found[variable] = value;
    else if (!optional)
      missing.push(variable === 'MAGENTO_USERNAME' ? `${variable} (or --username)` : variable);
  }
  if (missing.length === 0) return found;
  throw new UsageError(`Set ${missing.join(', ')} in the environment: secrets are never given as flags.`);
}

const allEntities: readonly string[] = namesOf(definitions);

function readEntities(text: string): string[] {
  const all = allEntities;
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
  for (let typed = given; ; typed = undefined) {
    if (questions && typed === undefined) {
      const question = 'Address of PostgreSQL (Enter for the one that comes along, kept in .data)';
      typed = await questions.secret(question, { optional: true });
    }
    if (!typed) return {};
    const failure = await tryDatabase(typed, questions !== undefined);
    if (failure === undefined) {
      questions?.tell('success', 'PostgreSQL answers.');
      return { DATABASE_URL: typed };
    }
    if (!questions) throw new UsageError(failure);
    questions.tell('error', failure);
  }
}

/** What is wrong with an address of PostgreSQL; nothing when it can be used. */
async function tryDatabase(typed: string, isTried: boolean): Promise<string | undefined> {
  let url: string;
  try {
    url = readPostgresAddress(typed);
  } catch (error) {
    return `DATABASE_URL ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isTried) return undefined;
  try {
    await reachServer(url, { applicationName: 'magento-sync init' });
    return undefined;
  } catch (error) {
    return describeFailure(error).sentence;
  }
}

/** Rights of entities that the account lacks, as the diagnosis found them. */
function refusedRights({ findings }: Diagnosis): ReadonlySet<string> {
  return new Set(
    findings
      .filter(({ check, outcome }) => check.startsWith('right ') && outcome === 'problem')
      .map(({ check }) => check.slice('right '.length)),
  );
}

async function chooseEntities(
  questions: Questions,
  before: readonly string[],
  diagnosis: Diagnosis,
): Promise<readonly string[]> {
  const refused = refusedRights(diagnosis);
  const choices = definitions.map(({ name, right }) => ({
    value: name,
    label: name.replaceAll('_', ' '),
    ...(refused.has(right.name) ? { hint: `the account lacks ${right.name}` } : {}),
  }));
  const may = definitions.filter(({ name, right }) => before.includes(name) && !refused.has(right.name));
  return questions.several('What is copied', choices, namesOf(may));
}

/** What the account has no right to is left out, so that the rest can begin; never all of it. */
function leaveOutForbidden(
  { tell }: InitContext,
  chosen: readonly string[],
  diagnosis: Diagnosis,
): readonly string[] {
  const refused = refusedRights(diagnosis);
  const forbidden = definitions.filter(({ name, right }) => chosen.includes(name) && refused.has(right.name));
  if (forbidden.length === 0 || forbidden.length === chosen.length) return chosen;
  const rights = forbidden.map(({ right }) => right.name).join(', ');
  const names: readonly string[] = namesOf(forbidden);
  tell(`The account lacks ${rights}: ${names.join(', ')} left out.`);
  return chosen.filter((name) => !names.includes(name));
}

/** The diagnosis without rights that nothing of what is copied needs. */
function onlyAbout(chosen: readonly string[], diagnosis: Diagnosis): Diagnosis {
  const needed = new Set(
    definitions.filter(({ name }) => chosen.includes(name)).map(({ right }) => `right ${right.name}`),
  );
  const others = new Set(definitions.map(({ right }) => `right ${right.name}`));
  const findings = diagnosis.findings.filter(({ check }) => needed.has(check) || !others.has(check));
  return { ...diagnosis, findings, healthy: findings.every(({ outcome }) => outcome === 'ok') };
}
