// One run of one peer.
import type { PeerOutcome, PeerTask } from './peer.ts';
import { peers } from './peers.ts';

const task = JSON.parse(process.env['PEER_TASK'] ?? '{}') as PeerTask;
const peer = peers.find(({ name }) => name === task.name);
if (!peer) throw new Error(`There is no peer "${task.name}".`);
if (task.state === undefined) await peer.prepare(task);
const outcome: PeerOutcome = await peer.run(task, task.state);
process.stdout.write(JSON.stringify(outcome));
