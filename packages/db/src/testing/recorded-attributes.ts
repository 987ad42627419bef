import type { AttributeOptionRecord, AttributeRecord } from '../index.ts';
import { recordedBody } from './recorded-customers.ts';

/** The attributes of an exchange in recordings/reads.json as records. */
export function recordedAttributes(title: 'customer attributes' | 'address attributes'): AttributeRecord[] {
  return recordedBody<Record<string, unknown>[]>(title).map((raw) => ({
    ...attributeRecord(
      raw['attribute_code'] as string,
      raw['frontend_input'] as string,
      raw['backend_type'] as string,
    ),
    frontendLabel: raw['frontend_label'] as string,
    userDefined: raw['user_defined'] as boolean,
    options: (raw['options'] as { label?: string; value?: string }[]).map(optionRecord),
    raw,
  }));
}

/** An attribute with nothing but a type and options. */
export function attributeRecord(
  code: string,
  frontendInput: string,
  backendType: string,
  options: AttributeOptionRecord[] = [],
): AttributeRecord {
  return {
    code,
    frontendInput,
    frontendLabel: null,
    storeLabel: null,
    backendType,
    required: false,
    visible: true,
    userDefined: true,
    system: false,
    sortOrder: 0,
    multilineCount: 0,
    options,
    raw: {},
  };
}

function optionRecord({ label, value }: { label?: string; value?: string }): AttributeOptionRecord {
  return { label: label ?? null, value: value === undefined ? null : String(value) };
}
