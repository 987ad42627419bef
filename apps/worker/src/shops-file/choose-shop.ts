import type { Environment } from '../config/environment.ts';
import { UsageError } from '../failure.ts';

/**
 * What a command is about: one shop unless it says otherwise.
 *
 * `any`: of one when `--shop` says which, else of none or of all, `several`: of all where the file has several and none
 * is named, `file`: of the file itself. Where it is not about one it is given the environment as it is.
 */
export type AboutShops = 'any' | 'several' | 'file';

/** Path of the file of shops; `undefined` where there is one shop by the environment. */
export function shopsFileOf(environment: Environment): string | undefined {
  return environment['SHOPS_FILE']?.trim() || undefined;
}

/** Path of the file of shops where it has several; `undefined` for a single one. Throws a `ShopsFileError`. */
export async function fileOfSeveralShops(environment: Environment): Promise<string | undefined> {
  const path = shopsFileOf(environment);
  if (path === undefined) return undefined;
  const { readShops } = await import('./read-shops.ts');
  return readShops(path).length > 1 ? path : undefined;
}

/**
 * The environment that a command works with: where SHOPS_FILE names a file, that of the shop which is meant.
 *
 * @param shop what `--shop` says; needed only where the file has several shops.
 */
export async function chooseShop(
  environment: Environment,
  command: { readonly name: string; readonly aboutShops?: AboutShops },
  shop: string | undefined,
): Promise<Environment> {
  const { name: commandName, aboutShops } = command;
  if (aboutShops === 'file') return environment;
  const path = shopsFileOf(environment);
  if (!path) {
    if (shop === undefined || shop === environment['MAGENTO_SHOP']?.trim()) return environment;
    throw new UsageError(`--shop ${shop} chooses among the shops of a file: set SHOPS_FILE to its path.`);
  }
  if (shop === undefined && aboutShops === 'any') return environment;
  // YAML and all that belongs to it is loaded only for who has such a file.
  const { readShops } = await import('./read-shops.ts');
  const shops = readShops(path);
  const names = shops.map(({ name }) => name).join(', ');
  if (shop === undefined && shops.length > 1) {
    if (aboutShops === 'several') return environment;
    throw new UsageError(`${path} has several shops: say which one is meant by --shop; it has ${names}.`);
  }
  const chosen = shop === undefined ? shops[0] : shops.find(({ name }) => name === shop);
  if (!chosen) throw new UsageError(`${path} has no shop "${shop}"; it has ${names}.`);
  if (!chosen.enabled && commandName === 'daemon') {
    throw new UsageError(`The shop ${chosen.name} is switched off in ${path} (enabled: false).`);
  }
  const { environmentOf } = await import('./shop-environment.ts');
  return environmentOf(chosen, environment);
}
