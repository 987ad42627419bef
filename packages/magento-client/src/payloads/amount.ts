import { z } from 'zod';

/** An amount, a rate or a quantity: a number, a numeric text (`"12.3400"`), or missing. */
export const amount = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value, context) => {
    if (value === null || value === undefined || value === '') return null;
    const number = typeof value === 'string' ? Number(value.trim() || Number.NaN) : value;
    if (Number.isFinite(number)) return number;
    context.addIssue({ code: 'custom', message: 'is not a number' });
    return z.NEVER;
  });
