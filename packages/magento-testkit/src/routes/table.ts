import type { Release } from '../release.ts';
import { twoFactorRoutes } from '../two-factor/two-factor-routes.ts';
import { customerRoutes } from './customers.ts';
import { referenceRoutes } from './reference.ts';
import type { Route } from './route.ts';
import { tokenRoutes } from './tokens.ts';

/** Every route of the shop's REST API; a file adds its routes by one line. */
export const routes: readonly Route[] = [
  ...tokenRoutes,
  ...twoFactorRoutes,
  ...customerRoutes,
  ...referenceRoutes,
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
 * Magento: module-webapi/Model/Rest/Config.php.
 */
export function matchRoute(method: string, path: string, release: Release): RouteMatch | undefined {
  const segments = path.replace(/\/$/, '').split('/');
  const matches = routes.flatMap((route) => {
    if (route.method !== method || !existsIn(release, route)) return [];
    const variables = matchSegments(route.path.split('/'), segments);
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
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const variables: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (expected.startsWith(':')) variables[expected.slice(1)] = decodeURIComponent(segment);
    else if (expected !== segment) return undefined;
  }
  return variables;
}
