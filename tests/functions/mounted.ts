import { startGateway } from "../../local/gateway.ts";
import { askProvider, type Providers } from "../../local/providers/index.ts";

export interface Mounted {
  /** The value for the provider's `<NAME>_BASE_URL`. */
  url: string;
  stop(): Promise<void>;
}

/** Serves a stand-in over HTTP below a path, as `npm start` does. */
export async function mounted(providers: Partial<Providers>): Promise<Mounted> {
  const gateway = await startGateway({ port: 0, log: () => {} });
  const notFound = async () => new Response(null, { status: 404 });
  gateway.open({
    functions: async () => {},
    dataApi: notFound,
    providers: (request) => askProvider(providers as Providers, request),
  });
  return { url: `${gateway.url}/providers/${Object.keys(providers)[0]}`, stop: () => gateway.stop() };
}
