import { describe, expect, test } from "vitest";
import { ApiError } from "../../../functions/_shared/http/api_client.ts";

describe("an API's error as a sentence", () => {
  test.each([
    ["google: POST /token answered 400: Token has been expired or revoked.", ""],
    ["google: POST /meet/v2/spaces answered 403: insufficientPermissions", "."],
    ["whop: GET /payments answered 401: Who are you?", ""],
  ])("has one full stop: %s", (message, added) => {
    expect(new ApiError("refused", message).sentence).toBe(message + added);
  });
});
