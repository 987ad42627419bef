/** Connections of the queue to PostgreSQL: the one that listens does all statements too, which take milliseconds and wait for each other. */
export const queueConnections = 1;
