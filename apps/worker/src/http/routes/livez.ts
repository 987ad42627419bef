import type { Route } from '../route.ts';

/** `GET /livez`: the process answers. */
export const livezRoute: Route = {
  methods: ['GET'],
  path: '/livez',
  answer: async () => ({ status: 200, body: { status: 'alive' } }),
};
