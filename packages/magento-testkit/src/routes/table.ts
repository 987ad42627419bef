import { bulkRoutes } from '../async/bulk-routes.ts';
import { secondShopRoutes } from '../recorded-lists/second-shop-lists.ts';
import type { Release } from '../release.ts';
import { twoFactorRoutes } from '../two-factor/two-factor-routes.ts';
import { catalogRoutes } from './catalog.ts';
import { customerRoutes } from './customers.ts';
import { referenceRoutes } from './reference.ts';
import type { Route } from './route.ts';
import { salesRoutes } from './sales.ts';
import { salesWriteRoutes } from './sales-writes.ts';
import { tokenRoutes } from './tokens.ts';

/** Every route of the shop's REST API; a file adds its routes by one line. */
const commonRoutes: readonly Route[] = [
  ...tokenRoutes,
  ...twoFactorRoutes,
  ...customerRoutes,
  ...referenceRoutes,
  ...salesRoutes,
  ...salesWriteRoutes,
  ...catalogRoutes,
  ...bulkRoutes,
];

/** Routes that a recorded shop has besides those of all shops, or instead of them. */
const ownRoutes: Readonly<Record<string, readonly Route[]>> = { '2.4.8-p1': secondShopRoutes };

function routesWith(own: readonly Route[]): readonly Route[] {
  const nameOf = ({ method, path }: Route) => `${method} ${path}`;
  const replaced = new Set(own.map(nameOf));
  return [...commonRoutes.filter((route) => !replaced.has(nameOf(route))), ...own];
}

const routesByShop = new Map(Object.entries(ownRoutes).map(([name, own]) => [name, routesWith(own)]));

/** A route that fits a path, with the variables it found there. */
export interface RouteMatch {
  readonly route: Route;
  /** The right that it needs in this release. */
  readonly resource: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Finds the route that a release has for a path below `/V1`: a literal segment beats a variable.
 *
 * @param isBulk whether variables are written literally: `byCustomerId` for `:customerId`
 *
 * Magento: module-webapi/Model/Rest/Config.php.
 */
export function matchRoute(
  method: string,
  path: string,
  { release, recorded }: { readonly release: Release; readonly recorded: string },
  isBulk = false,
): RouteMatch | undefined {
  const segments = path.replace(/\/$/, '').split('/');
  const routes = routesByShop.get(recorded) ?? commonRoutes;
  const matches = routes.flatMap((route) => {
    if (route.method !== method || !existsIn(release, route)) return [];
    const variables = matchSegments(route.path.split('/'), segments, isBulk);
    return variables ? [{ route, variables }] : [];
  });
  const match = matches.toSorted((one, other) => (one.route.path < other.route.path ? 1 : -1))[0];
  if (!match) return undefined;
  const { resource } = match.route;
  return { ...match, resource: typeof resource === 'string' ? resource : resource(release) };
}

function existsIn(release: Release, { since, until }: Route): boolean {
  return (since === undefined || release.isFrom(since)) && (until === undefined || !release.isFrom(until));
}

function matchSegments(
  pattern: readonly string[],
  segments: readonly string[],
  isBulk: boolean,
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (isBulk && expected.startsWith(':')) {
      if (segment !== `by${expected.charAt(1).toUpperCase()}${expected.slice(2)}`) return undefined;
    } else if (expected.startsWith(':')) variables[expected.slice(1)] = decodeURIComponent(segment);
    else if (expected !== segment) return undefined;
  }
  return variables;
}
