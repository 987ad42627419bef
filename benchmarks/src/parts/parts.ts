import type { Part } from '../bench.ts';
import { backfill } from './backfill.ts';
import { growth } from './growth.ts';
import { micro } from './micro.ts';
import { orders } from './orders.ts';
import { peers } from './peers.ts';
import { resume } from './resume.ts';
import { latency, saturating } from './slow-shops.ts';
import { workers } from './workers.ts';

/** What `npm run bench` measures, in this order. */
export const parts: readonly Part[] = [
  backfill,
  saturating,
  latency,
  workers,
  resume,
  orders,
  peers,
  micro,
  growth,
];
