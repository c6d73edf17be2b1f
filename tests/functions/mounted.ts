import { startGateway } from "../../local/gateway.ts";
import { askProvider, type Providers } from "../../local/providers/index.ts";

export interface Mounted {
  /** What the provider's `<NAME>_BASE_URL` is to be. */
  url: string;
  stop(): Promise<void>;
}

/** A stand-in behind real HTTP, mounted below a path as `npm start` does it. */
export async function mounted(providers: Partial<Providers>): Promise<Mounted> {
  const gateway = await startGateway({ port: 0, log: () => {} });
  const away = async () => new Response(null, { status: 404 });
  gateway.open({
    functions: async () => {},
    dataApi: away,
    providers: (request) => askProvider(providers as Providers, request),
  });
  return { url: `${gateway.url}/providers/${Object.keys(providers)[0]}`, stop: () => gateway.stop() };
}
