import { readFileSync, statSync } from 'node:fs';
import { isMap, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml';
import { z } from 'zod';
import type { Environment } from '../config/environment-reader.ts';
import { variables } from '../config/variables.ts';
import { type ShopSetting, shopSettings } from './settings.ts';

/** shops.yaml cannot be used; the message lists every problem at once, each with its line. */
export class ShopsFileError extends Error {
  override readonly name = 'ShopsFileError';
}

type Path = readonly (string | number)[];
type Value = string | number | boolean | { readonly env: string } | { readonly file: string };

const mostOfASecret = 65_536;
const reference = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  {
    error: 'a secret is given by reference: { env: NAME } or { file: /path }',
  },
);
const plain = z.union([z.string(), z.number(), z.boolean(), reference], {
  error: 'must be a text, or a reference: { env: NAME } or { file: /path }',
});

function settingsSchema(keys: readonly ShopSetting[]) {
  const shape = (prefix: string) =>
    Object.fromEntries(
      keys
        .filter(({ key }) => (prefix === '' ? !key.includes('.') : key.startsWith(prefix)))
        .map(({ key, variable, isSecret }) => [
          key.slice(prefix.length),
          (isSecret ? reference : plain).optional().describe(variables[variable].about),
        ]),
    );
  return { ...shape(''), auth: z.strictObject(shape('auth.')).optional() };
}

const settings = settingsSchema(shopSettings);

/** What the file may say. */
const shopsFileSchema = z.strictObject({
  version: z.literal(1, { error: 'must be 1' }),
  defaults: z.strictObject(settings).optional(),
  shops: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^[a-z0-9-]{1,40}$/,
            'must be made of a to z, 0 to 9 and hyphens, 40 at most; it stands in every row',
          ),
        enabled: z.boolean().optional().describe('`false` keeps the shop in the file and leaves it alone'),
        ...settings,
      }),
    )
    .min(1, 'names no shop'),
});

/** The same for editors, as JSON Schema. */
export function shopsFileJsonSchema(): Record<string, unknown> {
  return { title: 'shops.yaml of magento-sync', ...z.toJSONSchema(shopsFileSchema) };
}

/**
 * Reads shops.yaml: each shop with the defaults of the file below its own settings, and the environment below both.
 *
 * Throws one {@link ShopsFileError} with every problem and its line. Secrets are looked up only for the shop that is
 * worked with, see {@link environmentOf}.
 */
export function readShops(path: string): readonly ShopInFile[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ShopsFileError(
      `The file of shops cannot be read: ${(error as Error).message}. Correct SHOPS_FILE.`,
    );
  }
  return parseShops(text, path);
}

/** A shop as the file has it. */
export interface ShopInFile {
  readonly name: string;
  readonly enabled: boolean;
  readonly values: readonly (ShopSetting & { readonly value: Value; readonly at: string })[];
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
  const problems: string[] = [];
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  for (const { pos, message } of document.errors) problems.push(`${at(pos[0])} ${message}`);
  if (problems.length > 0) throw unusable(problems);
  // Aliases can make a small file a huge one.
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw unusable([
      `${at(0)} anchors and aliases are not supported: write the settings out, or use defaults`,
    ]);
  }
  const place = (where: Path, ofKey = false) => at(offsetOf(document.contents, where, ofKey));
  const parsed = shopsFileSchema.safeParse(content);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const where = issue.path as Path;
      if (issue.code === 'unrecognized_keys') {
        for (const key of issue.keys) {
          problems.push(
            `${place([...where, key], true)} ${[...where, key].join('.')}: unknown key${meant(where, key)}`,
          );
        }
      } else problems.push(`${place(where)} ${where.join('.') || 'the file'}: ${issue.message}`);
    }
    throw unusable(problems);
  }
  const { shops, defaults = {} } = parsed.data;
  const names = new Map<string, number>();
  const listed = shops.map((shop, index): ShopInFile => {
    const first = names.get(shop.name);
    if (first !== undefined)
      problems.push(
        `${place(['shops', index, 'name'])} shops.${index}.name: shops.${first} has this name already`,
      );
    else names.set(shop.name, index);
    const values = shopSettings.flatMap((setting) => {
      const keys = setting.key.split('.');
      for (const [level, where] of [
        [shop, ['shops', index]],
        [defaults, ['defaults']],
      ] as const) {
        const value = valueAt(level, keys);
        if (value !== undefined) return [{ ...setting, value, at: place([...where, ...keys]) }];
      }
      return [];
    });
    if (!values.some(({ variable }) => variable === 'MAGENTO_BASE_URL'))
      problems.push(`${place(['shops', index])} shops.${index}: base_url is missing`);
    return { name: shop.name, enabled: shop.enabled ?? true, values };
  });
  for (const { variable, value, at: where, key } of listed.flatMap(({ values }) => values)) {
    if (typeof value === 'object') continue;
    const checked = variables[variable].schema.safeParse(String(value));
    if (!checked.success)
      problems.push(`${where} ${key}: ${checked.error.issues[0]?.message ?? 'is not valid'}`);
  }
  if (problems.length > 0) throw unusable([...new Set(problems)]);
  return listed;
}

/**
 * The environment of one shop: what the file says about it, over the given one.
 *
 * Throws a {@link ShopsFileError} for a secret that is not there; it names shop, line and variable or file.
 */
export function environmentOf({ name, values }: ShopInFile, environment: Environment): Environment {
  const problems: string[] = [];
  const own = values.map(({ variable, value, key, at }) => {
    if (typeof value !== 'object') return [variable, String(value)] as const;
    try {
      return [variable, referred(value, environment)] as const;
    } catch (error) {
      problems.push(`${at} ${key} of the shop ${name}: ${(error as Error).message}`);
      return [variable, undefined] as const;
    }
  });
  if (problems.length > 0) throw unusable(problems);
  return { ...environment, ...Object.fromEntries(own), MAGENTO_SHOP: name };
}

/** The environment of one shop as far as it is no secret; asks for no file and no other variable. */
export function withoutSecrets({ name, values }: ShopInFile, environment: Environment): Environment {
  const own = values.flatMap(({ variable, value }) =>
    typeof value === 'object' ? [] : [[variable, String(value)] as const],
  );
  return { ...environment, ...Object.fromEntries(own), MAGENTO_SHOP: name };
}

function referred(
  value: { readonly env: string } | { readonly file: string },
  environment: Environment,
): string {
  if ('env' in value) {
    const found = environment[value.env];
    if (found) return found;
    throw new Error(`the variable ${value.env} is not set, or empty`);
  }
  if (statSync(value.file).size > mostOfASecret) throw new Error(`${value.file} is too large for a secret`);
  const found = readFileSync(value.file, 'utf8').replace(/\r?\n$/, '');
  if (found) return found;
  throw new Error(`the file ${value.file} is empty`);
}

function unusable(problems: readonly string[]): ShopsFileError {
  return new ShopsFileError(
    `The file of shops cannot be used:\n${problems.map((each) => `  ${each}`).join('\n')}`,
  );
}

function valueAt(level: object, keys: readonly string[]): Value | undefined {
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], level) as
    | Value
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
