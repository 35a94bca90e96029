import type { TableNames } from '../store/dynamodb/index.ts';

/** In a local store the tables have the names of the schema. */
export const LOCAL_TABLES: TableNames = { Events: 'Events', Alerts: 'Alerts', State: 'State' };
