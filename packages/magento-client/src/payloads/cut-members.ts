import { isObject } from './read-value.ts';

/** What is cut of an object: members by name, or by how their names begin; with cuts of its own, a member stays without those. */
interface Cuts {
  readonly named: Map<string, Cuts | null>;
  readonly beginning: { readonly prefix: string; readonly below: Cuts | null }[];
}

/** Only digits: a list as an object with numbers for names, as PHP writes one that has gaps. */
const number = /^\d+$/;

/**
 * Makes a function that gives a value without what stands at the paths; lists on the way are looked through, and a name may
 * end in `*`. What has none of it is returned as it is; nothing is changed.
 *
 * One walk for all paths: an order has some hundred members, and most of nine paths lead nowhere.
 */
export function memberCutter(paths: readonly string[]): (value: unknown) => unknown {
  const root = noCuts();
  for (const path of paths) addPath(root, path.split('.'));
  return paths.length === 0 ? (value) => value : (value) => cut(value, root);
}

function noCuts(): Cuts {
  return { named: new Map(), beginning: [] };
}

function addPath(cuts: Cuts, [name = '', ...rest]: readonly string[]): void {
  if (name.endsWith('*')) {
    const below = rest.length === 0 ? null : noCuts();
    cuts.beginning.push({ prefix: name.slice(0, -1), below });
    if (below) addPath(below, rest);
    return;
  }
  const known = cuts.named.get(name);
  // What is cut as a whole has no members left to cut.
  if (known === null) return;
  if (rest.length === 0) cuts.named.set(name, null);
  else {
    const below = known ?? noCuts();
    cuts.named.set(name, below);
    addPath(below, rest);
  }
}

function cut(value: unknown, cuts: Cuts): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const left = items.map((item) => cut(item, cuts));
    return left.some((item, index) => item !== items[index]) ? left : items;
  }
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  const isList = number.test(names[0] ?? '') && names.every((name) => number.test(name));
  // Undefined is no value of JSON: it stands for a member that goes.
  const left = names.map((name) => (isList ? cut(value[name], cuts) : member(name, value[name], cuts)));
  if (names.every((name, index) => left[index] === value[name])) return value;
  const kept = names.map((name, index) => [name, left[index]] as const);
  // Also a member called __proto__ is only a member then.
  return Object.fromEntries(kept.filter(([, inner]) => inner !== undefined));
}

function member(name: string, inner: unknown, { named, beginning }: Cuts): unknown {
  let left = inner;
  const below = named.get(name);
  if (below === null) return undefined;
  if (below !== undefined) left = cut(left, below);
  for (const each of beginning) {
    if (!name.startsWith(each.prefix)) continue;
    if (each.below === null) return undefined;
    left = cut(left, each.below);
  }
  return left;
}
