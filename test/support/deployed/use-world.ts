import type { Config } from '../../../lib/model/config.ts';
import { type CloudAssembly, synthesize } from './synthesize.ts';
import { World } from './world.ts';

/** Synthesizes once for the suite that calls it. */
export function useAssembly(): () => CloudAssembly {
  let assembly: CloudAssembly;
  beforeAll(async () => {
    assembly = await synthesize();
  });
  afterAll(() => assembly?.remove());
  return () => assembly;
}

/** One deployment for the cases of a `describe`, which tell of different people; each begins with no deliveries. */
export function deployForAll(
  assembly: () => CloudAssembly,
  take: (world: World) => void,
  config: Partial<Config> = {},
  traffic?: 'traffic',
): void {
  let world: World;
  beforeAll(async () => {
    world = await World.open(assembly(), config, undefined, traffic);
    take(world);
  });
  beforeEach(() => world.takeDeliveries());
  // Whatever a case is about: nobody did what the template does not allow.
  afterEach(() => expect(world.deployment.calls.filter(({ isAllowed }) => !isAllowed)).toEqual([]));
  afterAll(() => world?.close());
}
