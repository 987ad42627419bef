import { magentoApiRest } from './magento-api-rest.ts';
import { airbyteModel, hotglueModel } from './numbered-pages.ts';
import type { Peer } from './peer.ts';
import { stripeSyncEngine } from './stripe-sync-engine.ts';

/** Everybody else who copies customers. */
export const peers: readonly Peer[] = [magentoApiRest, stripeSyncEngine, airbyteModel, hotglueModel];
