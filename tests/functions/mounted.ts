/** A stand-in behind real HTTP, mounted below a path as `npm start` does it. */
import { startGateway } from "../../local/gateway.ts";
import { askProvider, type Providers } from "../../local/providers/index.ts";

export async function mounted(providers: Partial<Providers>) {
  const gateway = await startGateway({ port: 0, log: () => {} });
  const away = async () => new Response(null, { status: 404 });
  gateway.open({ functions: async () => {}, dataApi: away, providers: (request) => askProvider(providers as Providers, request) });
  return { url: `${gateway.url}/providers/${Object.keys(providers)[0]}`, stop: () => gateway.stop() };
}
