import { readFileSync } from 'node:fs';
import { isMap, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { variables } from '../config/variables.ts';
import { shopsFileSchema } from './file-schema.ts';
import { type ShopSetting, shopSettings } from './settings.ts';
import { type FileProblem, type Place, ShopsFileError } from './shops-file-error.ts';

type Path = readonly (string | number)[];

/** What the file says for a setting; of a list the names with commas between them. */
export type ShopValue = string | number | boolean | { readonly env: string } | { readonly file: string };

/** A setting as the file has it. */
export interface SettingInFile extends ShopSetting {
  readonly value: ShopValue;
  readonly place: Place;
  /** Whether it stands with the shop itself or below `defaults`. */
  readonly level: 'shop' | 'defaults';
}

/** A shop as the file has it. */
export interface ShopInFile {
  readonly name: string;
  readonly enabled: boolean;
  readonly place: Place;
  readonly values: readonly SettingInFile[];
}

/**
 * Reads shops.yaml: each shop with the defaults of the file below its own settings.
 *
 * Throws one {@link ShopsFileError} with every problem and its line. Secrets are looked up only for the shop that is
 * worked with, see `environmentOf`.
 */
export function readShops(path: string): readonly ShopInFile[] {
  return parseShops(readShopsText(path), path);
}

/** The text of the file. Throws a {@link ShopsFileError}. */
export function readShopsText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const says = `The file of shops cannot be read: ${(error as Error).message}. Correct SHOPS_FILE.`;
    throw new ShopsFileError([{ path, line: null, column: null, says }]);
  }
}

/** Reads the text of the file; `path` is what messages call it. */
export function parseShops(text: string, path: string): readonly ShopInFile[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    merge: false,
    prettyErrors: false,
  });
  const problems: FileProblem[] = [];
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { path, line, column: col };
  };
  for (const { pos, message } of document.errors) problems.push({ ...at(pos[0]), says: message });
  if (problems.length > 0) throw new ShopsFileError(problems);
  // Aliases can make a small file a huge one.
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 });
  } catch {
    const says = 'anchors and aliases are not supported: write the settings out, or use defaults';
    throw new ShopsFileError([{ ...at(0), says }]);
  }
  const place = (where: Path, ofKey = false) => at(offsetOf(document.contents, where, ofKey));
  const parsed = shopsFileSchema.safeParse(content);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const where = issue.path as Path;
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          const says = `${[...where, key].join('.')}: unknown key${meant(where, key)}`;
          problems.push({ ...place([...where, key], true), says });
        }
      } else problems.push({ ...place(where), says: `${where.join('.') || 'the file'}: ${issue.message}` });
    }
    throw new ShopsFileError(problems);
  }
  const { shops, defaults = {} } = parsed.data;
  const names = new Map<string, number>();
  const listed = shops.map((shop, index): ShopInFile => {
    const first = names.get(shop.name);
    if (first !== undefined) {
      const says = `shops.${index}.name: shops.${first} has this name already`;
      problems.push({ ...place(['shops', index, 'name']), says });
    } else names.set(shop.name, index);
    const values = shopSettings.flatMap((setting) => {
      const keys = setting.key.split('.');
      for (const [content, level, where] of [
        [shop, 'shop', ['shops', index]],
        [defaults, 'defaults', ['defaults']],
      ] as const) {
        const value = valueAt(content, keys);
        if (value === undefined) continue;
        const path = [...where, ...keys];
        problems.push(...problemsOfValue(setting, value, path, place));
        return [{ ...setting, value: isListed(value) ? value.join(',') : value, place: place(path), level }];
      }
      return [];
    });
    if (!values.some(({ variable }) => variable === 'MAGENTO_BASE_URL'))
      problems.push({ ...place(['shops', index]), says: `shops.${index}: base_url is missing` });
    return { name: shop.name, enabled: shop.enabled ?? true, place: place(['shops', index]), values };
  });
  if (problems.length > 0) throw new ShopsFileError(problems);
  return listed;
}

/** What the variable's own rules say about a value; each name of a list is checked where it stands. */
function problemsOfValue(
  { key, variable }: ShopSetting,
  value: ShopValue | readonly string[],
  path: Path,
  place: (where: Path) => Place,
): FileProblem[] {
  const check = (text: string, where: Path): FileProblem[] => {
    const checked = variables[variable].schema.safeParse(text);
    if (checked.success) return [];
    return [{ ...place(where), says: `${key}: ${checked.error.issues[0]?.message ?? 'is not valid'}` }];
  };
  if (isListed(value)) {
    if (value.length === 0) return check('', path);
    return value.flatMap((name, index) => check(name, [...path, index]));
  }
  return typeof value === 'object' ? [] : check(String(value), path);
}

function isListed(value: ShopValue | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

function valueAt(level: object, keys: readonly string[]): ShopValue | readonly string[] | undefined {
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], level) as
    | ShopValue
    | readonly string[]
    | undefined;
}

/** Where the value stands, or its key; what is missing stands where it should be. */
function offsetOf(root: Node | null, path: Path, ofKey: boolean): number {
  let node: Node | null | undefined = root;
  for (const [depth, step] of path.entries()) {
    const isLast = depth === path.length - 1;
    if (ofKey && isLast && isMap(node)) {
      const pair = (node as YAMLMap<Node, Node>).items.find(({ key }) => String(key) === String(step));
      return pair?.key.range?.[0] ?? node.range?.[0] ?? 0;
    }
    const next: unknown = node && 'get' in node ? (node as YAMLMap).get(step, true) : undefined;
    if (next === undefined || next === null) break;
    node = next as Node;
  }
  return node?.range?.[0] ?? 0;
}

/** The key that was probably meant. */
function meant(where: Path, key: string): string {
  const prefix = where.at(-1) === 'auth' ? 'auth.' : '';
  const near = shopSettings
    .filter((setting) => setting.key.startsWith(prefix))
    .map((setting) => setting.key.slice(prefix.length))
    .find((known) => isNear(known, key));
  return near ? `; did you mean ${near}?` : '';
}

/** Whether one letter more, less or other makes the same of both. */
function isNear(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  return long.slice(same + 1) === short.slice(long.length === short.length ? same + 1 : same);
}
