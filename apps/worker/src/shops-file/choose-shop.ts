import type { Environment } from '../config/environment-reader.ts';
import { UsageError } from '../failure.ts';
import { environmentOf, readShops, type ShopInFile } from './read-shops.ts';

/** Commands that are about no shop or all of them: without `--shop` they are given the environment as it is. */
const aboutNoShop: ReadonlySet<string> = new Set(['init', 'migrate', 'daemon', 'health']);

/**
 * The environment that a command works with: where SHOPS_FILE names a file, that of the shop which is meant.
 *
 * @param shop what `--shop` says; needed only where the file has several shops.
 */
export function chooseShop(environment: Environment, command: string, shop: string | undefined): Environment {
  const path = environment['SHOPS_FILE']?.trim();
  if (!path) {
    if (shop === undefined || shop === environment['MAGENTO_SHOP']?.trim()) return environment;
    throw new UsageError(`--shop ${shop} chooses among the shops of a file: set SHOPS_FILE to its path.`);
  }
  if (shop === undefined && aboutNoShop.has(command)) return environment;
  const shops = readShops(path);
  const names = shops.map(({ name }) => name).join(', ');
  if (shop === undefined && shops.length > 1) {
    throw new UsageError(`${path} has several shops: say which one is meant by --shop; it has ${names}.`);
  }
  const chosen = shop === undefined ? shops[0] : shops.find(({ name }) => name === shop);
  if (!chosen) throw new UsageError(`${path} has no shop "${shop}"; it has ${names}.`);
  if (!chosen.enabled && command === 'daemon') {
    throw new UsageError(`The shop ${chosen.name} is switched off in ${path} (enabled: false).`);
  }
  return environmentOf(chosen, environment);
}

/** The shops of the file that are switched on; refuses a file without any. */
export function enabledShops(path: string): readonly ShopInFile[] {
  const enabled = readShops(path).filter((shop) => shop.enabled);
  if (enabled.length === 0) throw new UsageError(`Every shop is switched off in ${path} (enabled: false).`);
  return enabled;
}
