import { bulkRoutes } from '../async/bulk-routes.ts';
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
export const routes: readonly Route[] = [
  ...tokenRoutes,
  ...twoFactorRoutes,
  ...customerRoutes,
  ...referenceRoutes,
  ...salesRoutes,
  ...salesWriteRoutes,
  ...catalogRoutes,
  ...bulkRoutes,
];

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
  release: Release,
  isBulk = false,
): RouteMatch | undefined {
  const segments = path.replace(/\/$/, '').split('/');
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
