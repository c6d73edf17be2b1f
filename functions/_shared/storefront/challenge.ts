/**
 * Cloudflare Turnstile: asks whether the token of a guest's request is from a browser that passed the challenge. Off
 * until TURNSTILE_SECRET is set. It fails closed: while Cloudflare cannot be asked, guests cannot check out.
 */
import { sha256, toHex } from "../crypto/signature.ts";
import { type Api, ApiError, baseOf, openApi } from "../http/api_client.ts";
import { HttpError } from "../http/http_error.ts";
import type { Environment } from "../platform/environment.ts";
import { log } from "../platform/log.ts";

/** How long Cloudflare may take for one try, in ms. */
const TIMEOUT_MS = 4000;
/** The longest token that Turnstile makes. */
const MAX_TOKEN_LENGTH = 2048;
/** Cloudflare's words for a secret that is not ours. */
const SECRET_ERRORS = ["missing-input-secret", "invalid-input-secret"];
/** Its words for a failure that may pass. */
const TEMPORARY_ERRORS = ["internal-error"];

export interface ChallengeAnswer {
  /** The widget's token, from the request. Null: none was sent. */
  token: string | null;
  address: string | null;
  /** Names the request: the same one may be verified again when it is sent again. A token counts once otherwise. */
  idempotencyKey: string;
}

/** @throws HttpError 403 challenge_failed, 503 challenge_unavailable, 503 not_configured. Nothing, when it is off. */
export async function requireChallenge(
  env: Environment,
  { token, address, idempotencyKey }: ChallengeAnswer,
  signal: AbortSignal,
): Promise<void> {
  const secret = env("TURNSTILE_SECRET");
  if (!secret) return;
  if (!token || token.length > MAX_TOKEN_LENGTH) throw challengeFailed();
  const base = baseOf(env, "TURNSTILE_BASE_URL", "https://challenges.cloudflare.com");
  const api = openApi({ name: "turnstile", base, headers: {}, timeout: TIMEOUT_MS });
  const { success, errors } = await verify(api, {
    body: {
      ...{ secret, response: token, idempotency_key: await uuidOf(`${idempotencyKey} ${token}`) },
      ...(address !== null && { remoteip: address }),
    },
    // With an idempotency key Cloudflare answers the same again.
    idempotent: true,
    signal,
  });
  if (success) return;
  if (errors.some((error) => SECRET_ERRORS.includes(error))) {
    log("error", "Turnstile does not know TURNSTILE_SECRET", { errors });
    const message = "TURNSTILE_SECRET is not a secret that Cloudflare knows. Guests cannot check out until it is set.";
    throw new HttpError(503, "not_configured", message);
  }
  if (errors.some((error) => TEMPORARY_ERRORS.includes(error))) throw challengeUnavailable(errors.join());
  throw challengeFailed();
}

async function verify(api: Api, call: Parameters<Api["post"]>[1]): Promise<{ success: boolean; errors: string[] }> {
  try {
    const { json } = await api.post("/turnstile/v0/siteverify", call);
    return readVerdict(json);
  } catch (error) {
    // A refusal may come with a status of 4xx.
    if (error instanceof ApiError && error.code === "refused") {
      try {
        return readVerdict(JSON.parse(error.details.body ?? ""));
      } catch {
        // Not a verdict.
      }
    }
    throw challengeUnavailable(error);
  }
}

/** @throws Error when it is none. */
function readVerdict(json: unknown): { success: boolean; errors: string[] } {
  const { success, "error-codes": errors = [] } = Object(json) as Record<string, unknown>;
  if (typeof success !== "boolean" || !Array.isArray(errors)) throw new Error("no verdict of Turnstile");
  return { success, errors: errors.map(String) };
}

/** A uuid that stands for a text. */
async function uuidOf(text: string): Promise<string> {
  return toHex(await sha256(text)).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}

function challengeFailed(): HttpError {
  const message =
    "Pass challenge, the token of the Turnstile widget on the page. It counts once, for five minutes: if it was sent " +
    "before, reset the widget and send its new token, or sign in.";
  return new HttpError(403, "challenge_failed", message);
}

function challengeUnavailable(error: unknown): HttpError {
  log("error", "Turnstile cannot be asked about a challenge; guests cannot check out", { error });
  const message = "The check that you are no program cannot be made right now. Try again in a moment, or sign in.";
  return new HttpError(503, "challenge_unavailable", message, { "retry-after": "5" });
}
