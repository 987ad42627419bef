type Json = Readonly<Record<string, unknown>>;

/** A list that a shop sends, or leaves out. */
export const list = (value: unknown): readonly Json[] => (value ?? []) as readonly Json[];

/** Without the members of these names; a name may end in `*`. */
export function without(row: Json, ...names: string[]): Json {
  const isMeant = (member: string) =>
    names.some((name) => (name.endsWith('*') ? member.startsWith(name.slice(0, -1)) : member === name));
  return Object.fromEntries(Object.entries(row).filter(([member]) => !isMeant(member)));
}

/** What the copy keeps of an order that the shop shows: all but its secrets and what it says twice. Shares no code with the worker. */
export function copiedOrder(order: Json): Json {
  const { payment, items, extension_attributes: extension } = order as Record<string, Json | undefined>;
  const assignments = extension?.['shipping_assignments'];
  const vault = payment?.['extension_attributes'];
  return {
    ...without(order, 'protect_code'),
    ...(payment
      ? {
          payment: {
            ...without(payment, 'additional_information', 'additional_data', 'cc_*', 'echeck_*'),
            ...(vault ? { extension_attributes: without(vault as Json, 'vault_payment_token') } : {}),
          },
        }
      : {}),
    items: list(items).map((item) => without(item, 'parent_item')),
    extension_attributes: {
      ...without(extension ?? {}, 'payment_additional_info'),
      ...(assignments ? { shipping_assignments: list(assignments).map((one) => without(one, 'items')) } : {}),
    },
  };
}
