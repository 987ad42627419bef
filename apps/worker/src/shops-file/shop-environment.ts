import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { type Config, parseConfig } from '../config/config.ts';
import { ConfigurationError, type ConfigurationProblem } from '../config/configuration-error.ts';
import type { Environment } from '../config/environment.ts';
import type { ShopInFile } from './read-shops.ts';
import { shopSettings } from './settings.ts';
import { type FileProblem, ShopsFileError } from './shops-file-error.ts';

const mostOfASecret = 65_536;

/** What a shop is told, with its references looked up. */
export interface FoundSettings {
  /** The settings of the shop over the given environment; without those that were not found. */
  readonly environment: Environment;
  /** References that lead nowhere. */
  readonly problems: readonly FileProblem[];
  /** Each setting by its key as something that another value makes another of; of secrets and files their digest. */
  readonly prints: ReadonlyMap<string, string>;
}

/** Looks up what the file says about a shop, references included; never throws. */
export function findSettings({ name, values }: ShopInFile, around: Environment): FoundSettings {
  const problems: FileProblem[] = [];
  const prints = new Map<string, string>();
  const own = values.map(({ variable, value, key, place }) => {
    if (typeof value !== 'object') {
      prints.set(key, String(value));
      return [variable, String(value)] as const;
    }
    try {
      const found = referred(value, around);
      prints.set(key, digest(found));
      return [variable, found] as const;
    } catch (error) {
      prints.set(key, 'not found');
      problems.push({ ...place, says: `${key} of the shop ${name}: ${(error as Error).message}` });
      return [variable, undefined] as const;
    }
  });
  const environment: Environment = { ...around, ...Object.fromEntries(own), MAGENTO_SHOP: name };
  const certificates = environment['MAGENTO_CA_FILE'];
  // Certificates are changed in place, under the same name.
  if (certificates) prints.set('ca_file', `${certificates} ${digestOfFile(certificates)}`);
  return { environment, problems, prints };
}

/**
 * The environment of one shop: what the file says about it, over the given one.
 *
 * Throws a {@link ShopsFileError} for a secret that is not there; it names shop, line and variable or file.
 */
export function environmentOf(shop: ShopInFile, around: Environment): Environment {
  const { environment, problems } = findSettings(shop, around);
  if (problems.length > 0) throw new ShopsFileError(problems, shop.name);
  return environment;
}

/** The environment of one shop as far as it is no secret; asks for no file and no other variable. */
export function withoutSecrets({ name, values }: ShopInFile, around: Environment): Environment {
  const own = values.flatMap(({ variable, value }) =>
    typeof value === 'object' ? [] : [[variable, String(value)] as const],
  );
  return { ...around, ...Object.fromEntries(own), MAGENTO_SHOP: name };
}

/**
 * The configuration of one shop from what was found for it.
 *
 * Throws a {@link ShopsFileError} with every problem at its line; what the environment says wrong stands at the shop.
 */
export function configOf(shop: ShopInFile, found: FoundSettings): Config {
  if (found.problems.length > 0) throw new ShopsFileError(found.problems, shop.name);
  try {
    return parseConfig(found.environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ShopsFileError(
      error.problems.map((problem) => problemAtItsLine(shop, problem)),
      shop.name,
    );
  }
}

/** Everything that keeps a shop from being worked for, as far as it can be told without asking anybody. */
export function problemsOf(shop: ShopInFile, around: Environment): readonly FileProblem[] {
  const found = findSettings(shop, around);
  // What was not found would be said to be missing once more.
  const notFound = new Set(
    shop.values.filter(({ key }) => found.prints.get(key) === 'not found').map(({ variable }) => variable),
  );
  try {
    parseConfig(found.environment);
    return found.problems;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const others = error.problems.filter(({ variable }) => !notFound.has(variable as never));
    return [...found.problems, ...others.map((problem) => problemAtItsLine(shop, problem))];
  }
}

function problemAtItsLine(
  { name, values, place }: ShopInFile,
  { variable, problem, example }: ConfigurationProblem,
): FileProblem {
  const key = shopSettings.find((setting) => setting.variable === variable)?.key;
  const stated = values.find((setting) => setting.variable === variable);
  if (key === undefined || (stated === undefined && !problem.startsWith('is missing'))) {
    // It belongs to the process, or was not said by the file.
    return { ...place, says: `the shop ${name}: ${variable} of the environment ${problem}` };
  }
  const cure = stated ? '' : `. Example: ${exampleOf(key, example)}`;
  return { ...(stated?.place ?? place), says: `${key} of the shop ${name}: ${problem}${cure}` };
}

function exampleOf(key: string, example: string): string {
  const { isSecret = false } = shopSettings.find((setting) => setting.key === key) ?? {};
  const [group, inner] = key.split('.');
  const value = isSecret ? '{ file: /run/secrets/name }' : example;
  return inner === undefined ? `${key}: ${value}` : `${group}: { ${inner}: ${value} }`;
}

function referred(value: { readonly env: string } | { readonly file: string }, around: Environment): string {
  if ('env' in value) {
    const found = around[value.env];
    if (found) return found;
    throw new Error(
      `the variable ${value.env} is not set, or empty: set it where the worker gets its environment, and start it again`,
    );
  }
  if (statSync(value.file).size > mostOfASecret) throw new Error(`${value.file} is too large for a secret`);
  const found = readFileSync(value.file, 'utf8').replace(/\r?\n$/, '');
  if (found) return found;
  throw new Error(
    `the file ${value.file} is empty: write the secret into it; it is looked at again by itself`,
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function digestOfFile(path: string): string {
  try {
    return digest(readFileSync(path, 'utf8'));
  } catch {
    return 'not found';
  }
}
