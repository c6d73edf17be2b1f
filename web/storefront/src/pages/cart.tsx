/** @jsxImportSource preact */
/** The cart, what is needed to send it, how to pay; then what it comes to, before the buyer goes to pay. */
import { useState } from "preact/hooks";
import { type Product, products, type ShippingRate, shippingRates } from "../api/catalogue.ts";
import type { Bought, ProviderName } from "../api/checkout.ts";
import { config } from "../api/config.ts";
import { Refusal } from "../api/refusal.ts";
import { type Line, setQuantity, useCart } from "../app/cart.ts";
import { abandon, begin, type Fields, keepFields, keptFields } from "../app/purchase.ts";
import { absolute, at } from "../app/router.ts";
import { account, seemsSignedIn } from "../app/session.ts";
import { COUNTRIES, countryName, dayAndTime, money, time } from "../app/words.ts";
import { Lazy } from "../ui/lazy.tsx";
import { Away, Heading, Problem, useLoaded, Waiting, wordsOf } from "../ui/parts.tsx";
import { Picture } from "../ui/picture.tsx";

const PROVIDERS: { name: ProviderName; title: string; detail: string; currency?: string }[] = [
  { name: "stripe", title: "Card", detail: "on Stripe's page" },
  { name: "paypal", title: "PayPal", detail: "on PayPal's page" },
  { name: "fapshi", title: "Mobile money", detail: "MTN or Orange, by Fapshi, in CFA francs", currency: "XAF" },
];

interface Entry {
  line: Line;
  product: Product;
}

/** The product's own price, or the one in `currency`. */
function priceOf(product: Product, currency?: string) {
  if (currency === undefined || currency === product.currency) return product;
  return product.product_prices.find((price) => price.currency === currency);
}

function shippingTo(country: string, currency: string, rates: ShippingRate[]): ShippingRate | undefined {
  const own = rates.filter((rate) => rate.currency === currency);
  const named = own.filter(({ countries }) => countries?.includes(country));
  return named[0] ?? own.find(({ countries }) => countries === null);
}

export function CartPage() {
  const lines = useCart();
  const catalogue = useLoaded(products);
  const rates = useLoaded(shippingRates);
  const [bought, setBought] = useState<Bought | null>(null);

  if (lines.length === 0) {
    return (
      <>
        <Heading title="Cart">Your cart is empty</Heading>
        <p>
          <a class="button" href={at()}>
            Look around
          </a>
        </p>
      </>
    );
  }
  const again = () => {
    catalogue.again();
    rates.again();
  };
  if (!catalogue.value || !rates.value) return catalogue.error || rates.error ? <Away again={again} /> : <Waiting />;
  const entries = lines.flatMap((line) => {
    const product = catalogue.value!.find(({ sku }) => sku === line.sku);
    return product ? [{ line, product }] : [];
  });
  const gone = lines.filter(({ sku }) => !catalogue.value!.some((product) => product.sku === sku));
  if (bought) return <Review bought={bought} change={() => setBought(null)} />;
  return (
    <>
      <Heading title="Cart">Your cart</Heading>
      {gone.map((line) => (
        <Problem key={line.sku}>
          <p>Something in your cart is no longer sold.</p>
          <button type="button" class="quiet" onClick={() => setQuantity(line, 0)}>
            Take it out
          </button>
        </Problem>
      ))}
      <ul class="lines">
        {entries.map((entry) => (
          <CartLine key={entry.line.sku + entry.line.starts_at} {...entry} />
        ))}
      </ul>
      {entries.length > 0 && <PayForm entries={entries} rates={rates.value} onBegun={setBought} />}
    </>
  );
}

function CartLine({ line, product }: Entry) {
  const most = product.kind === "goods" || product.kind === "credit_pack" ? (product.max_quantity ?? 20) : 1;
  return (
    <li>
      <Picture product={product} small />
      <div class="what">
        <a href={at(`product/${encodeURIComponent(product.sku)}`)}>{product.name}</a>
        <span class="detail">
          {line.starts_at ? dayAndTime(line.starts_at) : money(product.price_minor, product.currency)}
        </span>
      </div>
      {most > 1 ? (
        <input
          type="number"
          aria-label={`Quantity of ${product.name}`}
          min={1}
          max={most}
          value={line.quantity}
          onChange={(event) => setQuantity(line, Math.min(Math.floor(Number(event.currentTarget.value)), most) || 1)}
        />
      ) : (
        <span class="detail">1</span>
      )}
      <span class="price">{money(product.price_minor * line.quantity, product.currency)}</span>
      <button type="button" class="quiet" aria-label={`Take out ${product.name}`} onClick={() => setQuantity(line, 0)}>
        ×
      </button>
    </li>
  );
}

const loadChallenge = () => import("../ui/challenge.tsx").then(({ Challenge }) => Challenge);
const UNSHOWN =
  "This shop has to check that you are not a robot, and cannot do so on this page. Please sign in to buy.";

/** The challenge that guests pass where config.json has a site key; an account does if its checkout is refused. */
function useChallenge() {
  const siteKey = config().turnstile_site_key;
  const [isAsked, setAsked] = useState(!seemsSignedIn());
  const [token, setToken] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  return {
    token,
    isMissing: siteKey !== undefined && isAsked && token === null,
    /** What to show of a refusal. The token is used up. */
    after(refusal: Refusal): Refusal {
      setTurn(turn + 1);
      if (refusal.code !== "challenge_failed") return refusal;
      setAsked(true);
      return siteKey === undefined ? new Refusal("challenge_unshown", UNSHOWN) : refusal;
    },
    widget: siteKey !== undefined && isAsked && (
      <Lazy load={loadChallenge} props={{ siteKey, onToken: setToken, turn }} />
    ),
  };
}

function PayForm(props: { entries: Entry[]; rates: ShippingRate[]; onBegun(bought: Bought): void }) {
  const { entries, rates, onBegun } = props;
  const [fields, setFields] = useState(keptFields);
  const [problem, setProblem] = useState<Refusal | null>(null);
  const [isBusy, setBusy] = useState(false);
  const challenge = useChallenge();
  const ships = rates.length > 0 && entries.some(({ product }) => product.kind === "goods" && product.ships);
  const isGuest = !seemsSignedIn();
  const value = (name: string) => fields[name] ?? "";
  const country =
    value("country") || (COUNTRIES.includes(navigator.language.slice(3, 5)) ? navigator.language.slice(3, 5) : "DE");
  const payable = PROVIDERS.filter(({ currency }) =>
    entries.every(({ product }) => priceOf(product, currency) !== undefined),
  );
  const provider = payable.find(({ name }) => name === fields.provider) ?? payable[0];
  const currency = provider?.currency ?? entries[0]!.product.currency;
  const subtotal = entries.reduce(
    (sum, { line, product }) => sum + line.quantity * (priceOf(product, provider?.currency)?.price_minor ?? 0),
    0,
  );
  const rate = ships ? shippingTo(country, currency, rates) : undefined;

  function change(name: string, to: string) {
    const next = { ...fields, [name]: to };
    keepFields(next);
    setFields(next);
    setProblem(null);
  }

  const field = (name: string, label: string, options: object = {}) => (
    <label class={name}>
      {label}
      <input
        name={name}
        value={value(name)}
        required
        maxLength={200}
        onInput={(event) => change(name, event.currentTarget.value)}
        {...options}
      />
    </label>
  );

  async function pay(event: Event) {
    event.preventDefault();
    if (isBusy || !provider) return;
    if (challenge.isMissing) {
      setProblem(new Refusal("challenge_missing", "Please wait for the check that you are not a robot, or make it."));
      return;
    }
    setBusy(true);
    setProblem(null);
    const filled = (names: Fields) => Object.fromEntries(Object.entries(names).filter(([, word]) => word.trim()));
    const code = value("discount_code").trim();
    try {
      const session = isGuest ? null : await (await account()).session();
      const bought = await begin(
        {
          items: entries.map(({ line }) => line),
          provider: provider.name,
          ...(session === null && { email: value("email").trim() }),
          ...(code && { discount_code: code }),
          ...(ships && {
            shipping_address: filled({
              ...{ line1: value("line1"), line2: value("line2"), city: value("city") },
              ...{ region: value("region"), postal_code: value("postal_code"), country },
            }),
            recipient_name: value("name"),
          }),
          success_url: absolute("checkout/success"),
          cancel_url: absolute("checkout/cancelled"),
        },
        { session: session?.access_token, challenge: challenge.token ?? undefined },
      );
      onBegun(bought);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal("unknown", wordsOf(error));
      setProblem(challenge.after(refusal));
      // How many are left may have changed.
      void products(true).catch(() => {});
    } finally {
      setBusy(false);
    }
  }

  return (
    <form class="pay" onSubmit={pay}>
      <div class="panels">
        {isGuest && (
          <fieldset>
            <legend>Your e-mail address</legend>
            {field("email", "E-mail", { type: "email", autocomplete: "email" })}
            <p class="detail">
              We send the receipt there. <a href={at("account")}>Sign in</a>, and it is in your account.
            </p>
          </fieldset>
        )}
        {ships && (
          <fieldset class="address">
            <legend>Where it goes</legend>
            {field("name", "Name", { autocomplete: "name" })}
            {field("line1", "Street and number", { autocomplete: "address-line1" })}
            {field("line2", "More (optional)", { required: false, autocomplete: "address-line2" })}
            {field("postal_code", "Postal code (optional)", { required: false, autocomplete: "postal-code" })}
            {field("city", "City", { autocomplete: "address-level2" })}
            <label class="country">
              Country
              <select
                name="country"
                autocomplete="country"
                value={country}
                onChange={(event) => change("country", event.currentTarget.value)}
              >
                {COUNTRIES.map((code) => ({ code, name: countryName(code) }))
                  .sort((a, b) => a.name.localeCompare(b.name))
                  .map(({ code, name }) => (
                    <option key={code} value={code}>
                      {name}
                    </option>
                  ))}
              </select>
            </label>
          </fieldset>
        )}
        <fieldset>
          <legend>How you pay</legend>
          {payable.length === 0 && <p>These things are not sold in one currency. Please buy them one by one.</p>}
          {payable.map(({ name, title, detail }) => (
            <label key={name} class="choice">
              <input
                type="radio"
                name="provider"
                value={name}
                checked={provider?.name === name}
                onChange={() => change("provider", name)}
              />
              <span>
                {title} <span class="detail">{detail}</span>
              </span>
            </label>
          ))}
          {field("discount_code", "Discount code (optional)", { required: false, maxLength: 40, autocomplete: "off" })}
        </fieldset>
      </div>
      <dl class="sums">
        <dt>Items</dt>
        <dd>{money(subtotal, currency)}</dd>
        {ships && (
          <>
            <dt>Shipping{rate && ` (${rate.name})`}</dt>
            <dd>{rate ? money(rate.price_minor, currency) : "not to this country"}</dd>
          </>
        )}
      </dl>
      {problem && (
        <Problem>
          <p data-code={problem.code}>{problem.message}</p>
          {problem.code === "challenge_unshown" && <a href={at("account")}>Sign in</a>}
        </Problem>
      )}
      {challenge.widget}
      <button type="submit" class="wide" disabled={isBusy || !provider}>
        {isBusy ? "One moment…" : "Continue"}
      </button>
    </form>
  );
}

/** What the database says that it comes to. It is reserved until then. */
function Review({ bought, change }: { bought: Bought; change(): void }) {
  const { currency } = bought;
  const part = (label: string, minor: number) =>
    minor !== 0 && (
      <>
        <dt>{label}</dt>
        <dd>{money(minor, currency)}</dd>
      </>
    );
  return (
    <>
      <Heading title="Pay">What it comes to</Heading>
      <dl class="sums">
        {part("Items", bought.subtotal_minor)}
        {part(`Discount ${bought.discount_code ?? ""}`, -bought.discount_minor)}
        {part("Shipping", bought.shipping_minor)}
        {!bought.tax_included && part("Tax", bought.tax_minor)}
        <dt class="total">Total</dt>
        <dd class="total">{money(bought.total_minor, currency)}</dd>
      </dl>
      <p class="detail">It is kept for you until {time(bought.expires_at)}.</p>
      <p class="row">
        {bought.redirect_url && (
          <a class="button wide" href={bought.redirect_url} target="_self" rel="noreferrer">
            {bought.total_minor > 0 ? `Pay ${money(bought.total_minor, currency)}` : "Place the order"}
          </a>
        )}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            void abandon(bought.checkout_session_id);
            change();
          }}
        >
          Change something
        </button>
      </p>
    </>
  );
}
