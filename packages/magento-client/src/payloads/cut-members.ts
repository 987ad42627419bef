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
  if (Array.isArray(value)) return cutItems(value, cuts);
  if (!isObject(value)) return value;
  if (isNumbered(value)) {
    const items = Object.values(value);
    const left = cutItems(items, cuts);
    if (left === items) return value;
    return Object.fromEntries(Object.keys(value).map((name, index) => [name, left[index]]));
  }
  let copy: Record<string, unknown> | undefined;
  // Undefined is no value of JSON: it stands for a member that goes. What is deleted would make the copy slow to read.
  const replace = (name: string, left: unknown) => {
    copy ??= { ...value };
    copy[name] = left;
  };
  for (const [name, below] of cuts.named) {
    if (!Object.hasOwn(value, name)) continue;
    const left = below === null ? undefined : cut(value[name], below);
    if (left !== value[name]) replace(name, left);
  }
  if (cuts.beginning.length === 0) return copy ?? value;
  for (const name of Object.keys(copy ?? value)) {
    const inner = (copy ?? value)[name];
    const left = cutByPrefix(name, inner, cuts);
    if (left !== inner) replace(name, left);
  }
  return copy ?? value;
}

/** A list as an object with numbers for names. */
function isNumbered(value: Record<string, unknown>): boolean {
  for (const name in value) {
    // Numbers come first in the order of members.
    if (!number.test(name)) return false;
    return Object.keys(value).every((each) => number.test(each));
  }
  return false;
}

function cutItems(items: readonly unknown[], cuts: Cuts): readonly unknown[] {
  let left: unknown[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = cut(items[index], cuts);
    if (item === items[index]) continue;
    left ??= [...items];
    left[index] = item;
  }
  return left ?? items;
}

function cutByPrefix(name: string, inner: unknown, { beginning }: Cuts): unknown {
  let left = inner;
  for (const { prefix, below } of beginning) {
    if (!name.startsWith(prefix)) continue;
    if (below === null) return undefined;
    left = cut(left, below);
  }
  return left;
}
