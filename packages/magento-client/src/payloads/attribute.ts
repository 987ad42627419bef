import { z } from 'zod';
import { parsePayload, rawObject } from './parse.ts';
import { flag, integer, list, text } from './scalars.ts';

/** A choice of a select or multiselect attribute; a choice with `options` is a heading. */
export interface AttributeOption {
  label: string | null;
  value: string | null;
  options: AttributeOption[];
}

/** What is known of one customer or address attribute. */
export interface AttributeMetadata {
  code: string;
  /** `text`, `select`, `multiselect`, `date`, `boolean`, … */
  frontendInput: string | null;
  frontendLabel: string | null;
  /** In the language of the client's store code. */
  storeLabel: string | null;
  /** `static`, `varchar`, `int`, `decimal`, `datetime`, `text`. */
  backendType: string | null;
  required: boolean | null;
  visible: boolean | null;
  /** Made by the shop, not by Magento. */
  userDefined: boolean | null;
  system: boolean | null;
  sortOrder: number | null;
  multilineCount: number | null;
  options: AttributeOption[];
  validationRules: { name: string | null; value: string | null }[];
  raw: Record<string, unknown>;
}

const optionSchema: z.ZodType<AttributeOption> = z.lazy(() =>
  z.object({ label: text, value: text, options: list(optionSchema) }),
);

const attributeSchema = z.object({
  attribute_code: z.string(),
  frontend_input: text,
  frontend_label: text,
  store_label: text,
  backend_type: text,
  required: flag,
  visible: flag,
  user_defined: flag,
  system: flag,
  sort_order: integer,
  multiline_count: integer,
  options: list(optionSchema),
  validation_rules: list(z.object({ name: text, value: text })),
});

/** Reads the metadata of one attribute. */
export function parseAttribute(value: unknown, path: string): AttributeMetadata {
  const attribute = parsePayload(attributeSchema, value, path);
  return {
    code: attribute.attribute_code,
    frontendInput: attribute.frontend_input,
    frontendLabel: attribute.frontend_label,
    storeLabel: attribute.store_label,
    backendType: attribute.backend_type,
    required: attribute.required,
    visible: attribute.visible,
    userDefined: attribute.user_defined,
    system: attribute.system,
    sortOrder: attribute.sort_order,
    multilineCount: attribute.multiline_count,
    options: attribute.options,
    validationRules: attribute.validation_rules,
    raw: rawObject(value, path),
  };
}
