import type { z } from 'zod';
import { alertVariables } from './alert-variables.ts';
import { magentoVariables } from './magento-variables.ts';
import { workerVariables } from './worker-variables.ts';

/** Every environment variable the worker reads; no other file spells how one is parsed. */
export const variables = { ...magentoVariables, ...workerVariables, ...alertVariables };

/** Name of an environment variable. */
export type VariableName = keyof typeof variables;

/** What the text of a variable becomes. */
export type VariableValue<Name extends VariableName> = z.infer<(typeof variables)[Name]['schema']>;
