import type { DetectionInfo, LogSource } from '../../model/rule.ts';
import type { RuleBase } from '../index/base.ts';
import { buildImage } from '../index/build-image.ts';
import type { Image } from '../index/image.ts';
import { layOut } from '../index/layout.ts';
import type { Matcher } from '../types.ts';
import { Matches } from './matches.ts';
import { Program } from './program.ts';

const NONE: readonly DetectionInfo[] = [];
const MAX_RECENT = 4;

export type Routing = 'logsource' | 'none';

/** Gives the image of the rules for events of a source; undefined when there are none. */
export type ImageOf = (source: LogSource) => Image | undefined;

interface Route {
  readonly source: LogSource;
  readonly programs: readonly Program[];
}

/** Routes events to the rules of their log source. `infos`: the rules by their places in the set. */
export function createMatcher(infos: readonly DetectionInfo[], images: readonly ImageOf[], routing: Routing): Matcher {
  const known = new Map<string, Route>();
  /** Sources come as the same few objects: what an object stood for need not be found out again. */
  const recent: Route[] = [];
  const routeOf = (source: LogSource): Route => {
    const key = routingKey(source, routing);
    const programs = known.get(key)?.programs ?? images.flatMap((imageOf) => programOf(imageOf(source)));
    const route = { source, programs };
    known.set(key, route);
    recent.unshift(route);
    recent.length = Math.min(recent.length, MAX_RECENT);
    return route;
  };
  const programsOf = (source: LogSource): readonly Program[] => {
    for (let at = 0; at < recent.length; at++) if (recent[at]?.source === source) return (recent[at] as Route).programs;
    return routeOf(source).programs;
  };
  const matches = new Matches();
  return {
    match(event: object, logsource: LogSource): readonly DetectionInfo[] {
      matches.count = 0;
      const programs = programsOf(logsource);
      for (let at = 0; at < programs.length; at++) (programs[at] as Program).match(event, matches);
      return matches.count === 0 ? NONE : matches.take(infos);
    },
  };
}

/** Images of a base, built when the first event of a source comes. */
export function imagesOf(base: RuleBase, routing: Routing): ImageOf {
  return (source) => {
    const rules = base.rules.filter((rule) => routing === 'none' || routes(rule.logsource, source));
    return rules.length > 0 ? buildImage(layOut({ ...base, rules })) : undefined;
  };
}

/** What the rule names, the event's source must name alike. */
export function routes(rule: LogSource, event: LogSource): boolean {
  return (
    (rule.product === undefined || rule.product === event.product) &&
    (rule.category === undefined || rule.category === event.category) &&
    (rule.service === undefined || rule.service === event.service)
  );
}

/** The same for sources whose events meet the same rules. */
export function routingKey({ product, category, service }: LogSource, routing: Routing): string {
  return routing === 'none' ? '' : JSON.stringify([product, category, service]);
}

function programOf(image: Image | undefined): Program[] {
  return image ? [new Program(image)] : [];
}
