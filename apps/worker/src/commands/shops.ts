import { statSync } from 'node:fs';
import { describeSettings } from '../config/config.ts';
import type { Environment } from '../config/environment.ts';
import { counted } from '../console/words.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { UsageError } from '../failure.ts';
import { textTable } from '../output.ts';
import { shopsFileOf } from '../shops-file/choose-shop.ts';
import { addressOf } from '../shops-file/compare-shops.ts';
import { readShops, type SettingInFile, type ShopInFile } from '../shops-file/read-shops.ts';
import { type ShopSetting, shopSettings } from '../shops-file/settings.ts';
import { findSettings, problemsOf } from '../shops-file/shop-environment.ts';
import { type FileProblem, placeText, problemText, ShopsFileError } from '../shops-file/shops-file-error.ts';
import type { CommandDefinition } from './command.ts';

const checkCommand: CommandDefinition = {
  name: 'check',
  aboutShops: 'file',
  summary: 'say what is wrong with SHOPS_FILE',
  description:
    'Says everything that is wrong with the file, each with line and column: what its rules refuse, secrets that are not\n' +
    'there, and settings of a shop that do not go together. Asks neither the shops nor PostgreSQL, and changes nothing.',
  notes:
    'Exits with 0 when the file can be used, with 2 when it cannot. Shops that are switched off may lack secrets. With\n' +
    '--without-secrets nothing is looked up, for example where a file is checked before it is brought to its machine.',
  options: (command) =>
    command
      .argument('[file]', 'the file to check; default: SHOPS_FILE')
      .option('--without-secrets', 'look up neither variables nor files')
      .option('--json', 'print the result as JSON'),
  async run(options, { environment, output }): Promise<ExitCode> {
    const path = (options['file'] as string | undefined) ?? requireShopsFile(environment);
    const { shops, problems, warnings } = check(path, environment, options['withoutSecrets'] === true);
    const ok = problems.length === 0;
    if (options['json'])
      output.json({ file: path, ok, shops: shops.map(({ name }) => name), problems, warnings });
    else {
      for (const problem of problems) output.line(problemText(problem));
      for (const warning of warnings) output.line(`${problemText(warning)} (a warning)`);
      const enabled = shops.filter((shop) => shop.enabled).length;
      if (ok)
        output.line(`${path} can be used: ${counted(shops.length, 'shop')}, ${enabled} of them switched on.`);
      else output.line(`${path} cannot be used as it is: ${counted(problems.length, 'problem')}.`);
    }
    return ok ? exitCodes.success : exitCodes.usage;
  },
};

interface Checked {
  readonly shops: readonly ShopInFile[];
  readonly problems: readonly FileProblem[];
  readonly warnings: readonly FileProblem[];
}

function check(path: string, environment: Environment, withoutSecrets: boolean): Checked {
  let shops: readonly ShopInFile[];
  try {
    shops = readShops(path);
  } catch (error) {
    if (!(error instanceof ShopsFileError)) throw error;
    return { shops: [], problems: error.problems, warnings: [] };
  }
  const warnings = sameAddresses(shops, environment);
  if (withoutSecrets) return { shops, problems: [], warnings };
  const enabled = shops.filter((shop) => shop.enabled);
  return {
    shops,
    problems: distinct(enabled.flatMap((shop) => problemsOf(shop, environment))),
    warnings: [...warnings, ...distinct(enabled.flatMap(openSecrets))],
  };
}

function distinct(problems: readonly FileProblem[]): readonly FileProblem[] {
  return [...new Map(problems.map((problem) => [problemText(problem), problem])).values()];
}

/** Two copies of one shop are possible, and mostly a mistake. */
function sameAddresses(shops: readonly ShopInFile[], environment: Environment): readonly FileProblem[] {
  return shops.flatMap((shop, index) => {
    const address = addressOf(shop, environment);
    const other = shops
      .slice(0, index)
      .find((each) => address !== undefined && addressOf(each, environment) === address);
    if (!other) return [];
    return [
      { ...shop.place, says: `${shop.name} has the address of ${other.name}: both copy the same shop` },
    ];
  });
}

function openSecrets({ name, values }: ShopInFile): readonly FileProblem[] {
  return values.flatMap(({ isSecret, value, key, place }) => {
    if (!isSecret || typeof value !== 'object' || !('file' in value) || !isReadableByAll(value.file))
      return [];
    return [
      { ...place, says: `${key} of the shop ${name}: everybody on this machine can read ${value.file}` },
    ];
  });
}

function isReadableByAll(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & 0o004) !== 0;
}

const showCommand: CommandDefinition = {
  name: 'show',
  aboutShops: 'file',
  summary: 'show the settings of the shops and where each comes from',
  description:
    'Shows what holds for each shop of SHOPS_FILE, and whether the shop itself, the defaults of the file, the environment or\n' +
    'the program says so. Secrets are hidden; what they refer to is named.',
  options: (command) => command.option('--json', 'print them as JSON'),
  run: show,
};

async function show(
  options: Readonly<Record<string, unknown>>,
  { environment, output }: Parameters<CommandDefinition['run']>[1],
): Promise<ExitCode> {
  const path = requireShopsFile(environment);
  const wanted = options['shop'] as string | undefined;
  const shops = readShops(path).filter(({ name }) => wanted === undefined || name === wanted);
  if (shops.length === 0) {
    const names = readShops(path).map(({ name }) => name);
    throw new UsageError(`${path} has no shop "${wanted}"; it has ${names.join(', ')}.`);
  }
  const shown = shops.map((shop) => ({
    shop: shop.name,
    enabled: shop.enabled,
    settings: settingsOf(shop, environment),
  }));
  if (options['json']) output.json(shown);
  else {
    const text = shown.map(({ shop, enabled, settings }) => {
      const rows = settings.map(({ key, value, from }) => [key, value, from]);
      return `${shop}${enabled ? '' : ' (switched off)'}\n${textTable(['SETTING', 'VALUE', 'FROM'], rows)}`;
    });
    output.line(text.join('\n\n'));
  }
  return exitCodes.success;
}

interface ShownSetting {
  readonly key: string;
  readonly variable: string;
  /** As it may be shown. */
  readonly value: string;
  /** Where it comes from, for people. */
  readonly from: string;
}

/** What is set or has a default, in the order of the documents. */
function settingsOf(shop: ShopInFile, environment: Environment): readonly ShownSetting[] {
  const { environment: own, prints } = findSettings(shop, environment);
  const described = describeSettings(own);
  return shopSettings.flatMap((setting): ShownSetting[] => {
    const { key, variable, isSecret } = setting;
    const stated = shop.values.find((each) => each.variable === variable);
    const from = originOf(setting, stated, environment);
    const text = described[variable];
    if (prints.get(key) === 'not found') return [{ key, variable, value: '[not found]', from }];
    if (text === undefined) return [];
    const value = isSecret ? '[hidden]' : text;
    return [{ key, variable, value, from }];
  });
}

function originOf(
  { variable }: ShopSetting,
  stated: SettingInFile | undefined,
  environment: Environment,
): string {
  if (!stated) return environment[variable]?.trim() ? `environment: ${variable}` : 'built in';
  const { level, place, value } = stated;
  const where = level === 'shop' ? placeText(place) : `${placeText(place)} (defaults)`;
  if (typeof value !== 'object') return where;
  return 'env' in value ? `${where}, variable ${value.env}` : `${where}, file ${value.file}`;
}

function requireShopsFile(environment: Environment): string {
  const path = shopsFileOf(environment);
  if (path) return path;
  throw new UsageError('There is no file of shops: set SHOPS_FILE to its path.');
}

/** `magento-sync shops`, `magento-sync shops check [file]`, `magento-sync shops show` */
export const shopsCommand: CommandDefinition = {
  name: 'shops',
  aboutShops: 'file',
  summary: 'check SHOPS_FILE, and show what holds for its shops',
  description: 'Without a further word it does what "shops show" does.',
  commands: [checkCommand, showCommand],
  options: (command) => command.option('--json', 'print them as JSON'),
  run: show,
};
