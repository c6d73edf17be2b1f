/** @jsxImportSource preact */
/** Where the buyer comes back to. Coming back proves nothing: the order is made when the provider says so. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type PaymentStatus, paymentStatus } from "../api/checkout.ts";
import { emptyCart } from "../app/cart.ts";
import { abandon, forget, tokenOf } from "../app/purchase.ts";
import { at, go } from "../app/router.ts";
import { account, seemsSignedIn } from "../app/session.ts";
import { money } from "../app/words.ts";
import { Heading, Problem, wordsOf } from "../ui/parts.tsx";

const FIRST: Pick<PaymentStatus, "state" | "show"> = {
  state: "processing",
  show: { title: "Processing payment…", text: "This takes a few seconds. Please keep this page open." },
};
const ASK_AGAIN_MS = 5000;

/** Asks until the state is final. An account hears of its order by Realtime, and asks at once. */
function useStatus(checkout: string): { status: PaymentStatus | null; error: unknown } {
  const [status, setStatus] = useState<PaymentStatus | null>(null);
  const [error, setError] = useState<unknown>(null);
  const askNow = useRef(() => {});
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stopWatching = () => {};

    async function ask(): Promise<void> {
      clearTimeout(timer);
      try {
        const answer = await paymentStatus(checkout, tokenOf(checkout));
        if (isOver) return;
        if (answer) setStatus(answer);
        const wait = answer ? answer.ask_again_in_ms : ASK_AGAIN_MS;
        if (wait === null) stopWatching();
        else timer = setTimeout(ask, wait);
      } catch (refused) {
        if (!isOver) setError(refused);
      }
    }

    async function watch(): Promise<void> {
      const api = await account();
      const session = await api.session();
      if (session && !isOver) stopWatching = api.watch(session.user.id, () => askNow.current());
    }

    askNow.current = () => void ask();
    void ask();
    if (seemsSignedIn()) void watch();
    return () => {
      isOver = true;
      clearTimeout(timer);
      stopWatching();
    };
  }, [checkout]);
  return { status, error };
}

export function SuccessPage({ checkout }: { checkout: string }) {
  const { status, error } = useStatus(checkout);
  const { state, show } = status ?? FIRST;

  useEffect(() => {
    if (["paid", "in_review", "refunded"].includes(state)) {
      forget();
      emptyCart();
    } else if (["failed", "cancelled", "expired"].includes(state)) forget();
  }, [state]);

  if (error) {
    return (
      <>
        <Heading title="Purchase">We cannot show this purchase</Heading>
        <Problem>
          <p>{wordsOf(error)}</p>
        </Problem>
        <p>Open it in the tab in which you began it, or sign in: a paid order is on your page.</p>
      </>
    );
  }
  return (
    <div class={`outcome ${state}`} data-state={state}>
      <div aria-live="polite">
        <Heading title={show.title}>{show.title}</Heading>
        <p>{show.text}</p>
      </div>
      {state === "processing" && <progress aria-label="Waiting for the payment" />}
      {status?.failure && <p class="detail">{status.failure}</p>}
      {status?.order && (
        <dl class="sums">
          <dt>Order</dt>
          <dd>{status.order.number}</dd>
          <dt class="total">Total</dt>
          <dd class="total">{money(status.order.total_minor, status.order.currency)}</dd>
        </dl>
      )}
      {state === "paid" && (
        <p class="row">
          <a class="button" href={at(seemsSignedIn() ? "account" : "account?new")}>
            {seemsSignedIn() ? "To my page" : "Make an account"}
          </a>
          <a href={at()}>Back to the shop</a>
        </p>
      )}
      {state === "paid" && !seemsSignedIn() && (
        <p class="detail">With the same e-mail address, you find this order in your account.</p>
      )}
      {["failed", "cancelled", "expired"].includes(state) && (
        <p class="row">
          <a class="button" href={at("cart")}>
            Back to the cart
          </a>
        </p>
      )}
      {state === "unpaid" && (
        <p class="row">
          <button type="button" onClick={() => abandon(checkout).then(() => go("cart"))}>
            Cancel it, back to the cart
          </button>
        </p>
      )}
    </div>
  );
}
