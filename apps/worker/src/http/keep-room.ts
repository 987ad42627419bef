import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Beyond so many connections the one that has been idle for longest makes room. */
const mostConnections = 256;

/** Connections that do nothing make room for new ones, so that holding them all open stops nobody. */
export function keepRoom(server: Server): void {
  const idle = new Set<Socket>();
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    idle.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      idle.delete(socket);
    });
    if (open.size <= mostConnections) return;
    const [longest] = idle.keys();
    longest?.destroy();
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.on('close', () => {
      if (open.has(socket)) idle.add(socket);
    });
  });
}
