import type { Readiness } from '../readiness.ts';
import type { Route } from '../route.ts';

/** `GET /readyz`: 200 while the worker does its work, else 503 and what fails. */
export function readyzRoute(readiness: () => Promise<Readiness>): Route {
  return {
    methods: ['GET'],
    path: '/readyz',
    async answer() {
      const state = await readiness();
      return { status: state.ready ? 200 : 503, body: state };
    },
  };
}
