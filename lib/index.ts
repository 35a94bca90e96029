/** What the package offers to other CDK apps. */
export { parseConfig } from './config/parse-config.ts';
export { NetBirdAlerts, type NetBirdAlertsProps } from './infra/netbird-alerts.ts';
export { NetBirdAlertsStack, type NetBirdAlertsStackProps } from './infra/netbird-alerts-stack.ts';
export { type Config, defaultConfig, type Subscriber } from './model/config.ts';
