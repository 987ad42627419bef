import type { AttributeReplacement, OptionChanges } from '@magento-sync/db';

/** What is new about the attributes of one kind of record since they were last read. */
export interface AttributeChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly retyped: readonly { readonly code: string; readonly from: string; readonly to: string }[];
  readonly options: readonly OptionChanges[];
}

/** What the replacement of a list of attributes says; undefined when nothing changed. */
export function changesOf({
  added,
  dropped,
  retyped,
  options,
}: AttributeReplacement): AttributeChanges | undefined {
  const all = [added, dropped, retyped, options];
  return all.some(({ length }) => length > 0) ? { added, removed: dropped, retyped, options } : undefined;
}

/** The changes as sentences for people, one each. */
export function describeAttributeChanges({
  added,
  removed,
  retyped,
  options,
}: AttributeChanges): readonly string[] {
  return [
    ...(added.length > 0 ? [`new: ${added.join(', ')}`] : []),
    ...(removed.length > 0 ? [`removed: ${removed.join(', ')}`] : []),
    ...retyped.map(({ code, from, to }) => `retyped: ${code} was ${from}, is ${to}`),
    ...options.map((changes) => `options of ${changes.code}: ${optionText(changes)}`),
  ];
}

function optionText({ added, removed, relabelled }: OptionChanges): string {
  const named = (list: OptionChanges['added']) => list.map(({ value, label }) => label ?? value).join(', ');
  return [
    ...(added.length > 0 ? [`new ${named(added)}`] : []),
    ...(removed.length > 0 ? [`removed ${named(removed)}`] : []),
    ...relabelled.map(({ value, from, to }) => `${value} was "${from ?? ''}", is "${to ?? ''}"`),
  ].join('; ');
}
