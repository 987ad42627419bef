import type { Environment } from '../config/environment.ts';
import { variables } from '../config/variables.ts';
import type { ShopInFile } from './read-shops.ts';
import { findSettings } from './shop-environment.ts';
import type { FileProblem } from './shops-file-error.ts';

/**
 * Shops that were only given another name: one name is gone, and a new one has its address.
 *
 * Rows carry the name, so that the whole shop would be read again under the new one, beside a copy that nobody keeps
 * fresh any more. That is never meant, and cannot be told from a mistake.
 */
export function findRenamed(
  before: readonly ShopInFile[],
  now: readonly ShopInFile[],
  environment: Environment,
): readonly FileProblem[] {
  const gone = before.filter(({ name }) => !now.some((each) => each.name === name));
  const added = now.filter(({ name }) => !before.some((each) => each.name === name));
  return added.flatMap((shop) => {
    const address = addressOf(shop, environment);
    const same = gone.find((each) => address !== undefined && addressOf(each, environment) === address);
    if (!same) return [];
    const says =
      `the shop ${same.name} (${address}) is called ${shop.name} now, and its whole copy would be read again under that name: ` +
      `call it ${same.name} again. If a new copy is meant, take ${same.name} out first, let that be read, and then add ${shop.name}`;
    return [{ ...shop.place, says }];
  });
}

/** The address of the shop in its one spelling; `undefined` while it cannot be told. */
export function addressOf(shop: ShopInFile, environment: Environment): string | undefined {
  const text = findSettings(shop, environment).environment['MAGENTO_BASE_URL']?.trim();
  const parsed = text ? variables.MAGENTO_BASE_URL.schema.safeParse(text) : undefined;
  return parsed?.success ? parsed.data.url : undefined;
}

/** Keys of the settings that differ. */
export function differingKeys(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): readonly string[] {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter((key) => one.get(key) !== other.get(key)).toSorted();
}
