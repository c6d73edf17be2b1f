/** Words for buyers: there are some for every code, and they name nothing of the developers'. */
import { expect, test } from "vitest";
import { ERROR_CODES } from "../../../functions/_shared/http/error_codes.ts";
import { buyerMessage } from "../../../functions/_shared/storefront/buyer_words.ts";

test.each(ERROR_CODES)("%s", (code) => {
  for (const about of [{}, { name: "Enamel mug", kind: "goods" as const }]) {
    const words = buyerMessage(code, about);
    expect(words).toMatch(/^[A-Z].*\.$/);
    expect(words).not.toMatch(/_|\bsku\b|undefined|null|@/);
  }
});

test("what is sold out is named as the catalogue names it", () => {
  expect(buyerMessage("sold_out", { name: "Enamel mug", kind: "goods" })).toContain("“Enamel mug”");
  expect(buyerMessage("sold_out", { name: "Physics", kind: "cohort_seat" })).toBe("Sorry, this course is full.");
  expect(buyerMessage("sold_out", { kind: "tutoring_session" })).toMatch(/^Sorry, this time/);
});
