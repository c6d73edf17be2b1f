/** Calls a function of schema `console` over the Data API, as the admin who is signed in. */
import { config } from "./config.ts";
import { type ApiError, expired, problemOf, unreachable } from "./problem.ts";
import { accessToken } from "./session.ts";

/** @throws Problem */
export async function call<Result>(
  name: string,
  args: Record<string, unknown> = {},
  signal?: AbortSignal,
): Promise<Result> {
  let response = await post(name, args, await accessToken(), signal);
  // It may have ended on the way, or the clocks differ.
  if (response.status === 401) response = await post(name, args, await accessToken(true), signal);
  if (response.status === 401) throw expired();
  if (response.ok) return (await response.json()) as Result;
  const error: unknown = await response.json().catch(() => ({}));
  throw problemOf(response.status, Object(error) as ApiError);
}

async function post(name: string, args: object, token: string, signal: AbortSignal | undefined): Promise<Response> {
  const { api_url, publishable_key } = config();
  try {
    return await fetch(`${api_url}/rest/v1/rpc/${name}`, {
      method: "POST",
      headers: {
        apikey: publishable_key,
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "content-profile": "console",
        "accept-profile": "console",
      },
      body: JSON.stringify(args),
      signal,
    });
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof TypeError ? unreachable(api_url) : error;
  }
}
