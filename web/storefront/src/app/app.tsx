/** @jsxImportSource preact */
/** The frame around every page, and which page is shown. */
import { CancelledPage } from "../pages/cancelled.tsx";
import { CartPage } from "../pages/cart.tsx";
import { ProductPage } from "../pages/product.tsx";
import { ShopPage } from "../pages/shop.tsx";
import { SuccessPage } from "../pages/success.tsx";
import { Lazy } from "../ui/lazy.tsx";
import { Heading } from "../ui/parts.tsx";
import { useCart } from "./cart.ts";
import { at, type Route, useRoute } from "./router.ts";
import { seemsSignedIn } from "./session.ts";

/** Pages of accounts: each a chunk of its own, which brings supabase-js. */
const PAGES = {
  account: () => import("../pages/account.tsx").then(({ AccountPage }) => AccountPage),
  session: () => import("../pages/session.tsx").then(({ SessionPage }) => SessionPage),
  chat: () => import("../pages/chat.tsx").then(({ ChatPage }) => ChatPage),
};

function pageOf({ steps, query }: Route) {
  const [first, second] = steps;
  const checkout = query.get("checkout_session_id") ?? "";
  if (first === undefined) return <ShopPage />;
  if (first === "product" && second) return <ProductPage key={second} sku={second} />;
  if (first === "cart") return <CartPage />;
  if (first === "account") return <Lazy key={first} load={PAGES.account} props={{}} />;
  if (first === "session" && second) return <Lazy key={second} load={PAGES.session} props={{ id: second }} />;
  if (first === "chat") return <Lazy key={first} load={PAGES.chat} props={{ wanted: query.get("conversation") }} />;
  if (first === "checkout" && second === "success") return <SuccessPage key={checkout} checkout={checkout} />;
  if (first === "checkout" && second === "cancelled") return <CancelledPage key={checkout} checkout={checkout} />;
  return (
    <>
      <Heading title="Not found">There is no such page</Heading>
      <p>
        <a href={at()}>To the shop</a>
      </p>
    </>
  );
}

export function App() {
  const route = useRoute();
  const count = useCart().reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="top">
        <a class="brand" href={at()}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <circle cx="16" cy="10" r="7" />
            <path d="M14.5 17h3v13h-3z" />
          </svg>
          Signal Street
        </a>
        <nav aria-label="Main">
          <a href={at("account")}>{seemsSignedIn() ? "My page" : "Sign in"}</a>
          <a class="cart" href={at("cart")}>
            Cart {count > 0 && <span class="count">{count}</span>}
          </a>
        </nav>
      </header>
      <main class="page" id="main">
        {pageOf(route)}
      </main>
      <footer class="foot">
        <p>Pay by card, PayPal or mobile money.</p>
      </footer>
    </>
  );
}
