import { entities, namesOf } from '@magento-sync/entities';
import { z } from 'zod';
import { variables } from '../config/variables.ts';
import { type ShopSetting, shopSettings } from './settings.ts';

const reference = z.union(
  [z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })],
  {
    error: 'a secret is given by reference: { env: NAME } or { file: /path }',
  },
);
const plain = z.union([z.string(), z.number(), z.boolean(), reference], {
  error: 'must be a text, or a reference: { env: NAME } or { file: /path }',
});

/** Each name is checked by itself, so that it is refused at its own line. */
const listOf = (name: z.ZodString) =>
  z.union([z.string(), z.array(name), reference], {
    error: 'must be a list of names, a text with commas between them, or a reference',
  });
/** Editors propose them; `readShops` refuses others with the words of the variable. */
const entityName = z.string().meta({ enum: ['all', ...namesOf(entities)] });

function schemaOf({ variable, isSecret, isList }: ShopSetting) {
  const list = () => listOf(variable === 'ENTITIES' ? entityName : z.string());
  const schema = isSecret ? reference : isList ? list() : plain;
  return schema.optional().describe(variables[variable].about);
}

function settingsSchema(keys: readonly ShopSetting[]) {
  const shape = (prefix: string) =>
    Object.fromEntries(
      keys
        .filter(({ key }) => (prefix === '' ? !key.includes('.') : key.startsWith(prefix)))
        .map((setting) => [setting.key.slice(prefix.length), schemaOf(setting)]),
    );
  return { ...shape(''), auth: z.strictObject(shape('auth.')).optional() };
}

const settings = settingsSchema(shopSettings);

/** What the file may say. */
export const shopsFileSchema = z.strictObject({
  version: z.literal(1, { error: 'must be 1' }),
  defaults: z.strictObject(settings).optional(),
  shops: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^[a-z0-9][a-z0-9-]{0,39}$/,
            'must be made of a to z, 0 to 9 and hyphens, 40 at most, and not begin with a hyphen; it stands in every row',
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
