/** @jsxImportSource preact */
import { type Kind, type Product, products } from "../api/catalogue.ts";
import { at } from "../app/router.ts";
import { day, money } from "../app/words.ts";
import { Away, Heading, useLoaded, Waiting } from "../ui/parts.tsx";
import { Picture } from "../ui/picture.tsx";

const SECTIONS: [Kind, string][] = [
  ["goods", "For the desk"],
  ["cohort_seat", "Courses"],
  ["tutoring_session", "Hours with a tutor"],
  ["credit_pack", "Credits"],
];

/** "Sold out", "2 left": only what a buyer should know of. */
export function Availability({ product }: { product: Product }) {
  const { kind, level, remaining } = product;
  const seats = kind === "cohort_seat";
  if (level === "none") return <span class="tag out">{seats ? "Full" : "Sold out"}</span>;
  if (remaining !== null && (seats || level === "few")) {
    const what = seats ? (remaining === 1 ? "seat" : "seats") : "left";
    return (
      <span class={level === "few" ? "tag few" : "tag"}>
        {seats ? `${remaining} ${what} free` : `${remaining} ${what}`}
      </span>
    );
  }
  return level === "few" ? <span class="tag few">Few left</span> : null;
}

function detailOf({ kind, cohorts, session_minutes, tutors, description }: Product): string | null {
  if (kind === "cohort_seat" && cohorts?.starts_at) return `Begins ${day(cohorts.starts_at)}`;
  if (kind === "tutoring_session") return `${session_minutes} minutes${tutors?.name ? ` with ${tutors.name}` : ""}`;
  return description?.split(/(?<=\.)\s/)[0] ?? null;
}

function Card({ product }: { product: Product }) {
  return (
    <li class="card">
      <a href={at(`product/${encodeURIComponent(product.sku)}`)}>
        <Picture product={product} />
        <span class="name">{product.name}</span>
        <span class="detail">{detailOf(product)}</span>
        <span class="row">
          <span class="price">{money(product.price_minor, product.currency)}</span>
          <Availability product={product} />
        </span>
      </a>
    </li>
  );
}

export function ShopPage() {
  const { value, error, again } = useLoaded(() => products(true));
  return (
    <>
      <div class="hero">
        <Heading title="Shop">Good things for people who learn</Heading>
        <p>Sturdy things for the desk, small courses, and an hour with somebody who knows.</p>
      </div>
      {error && !value && <Away again={again} />}
      {!value && !error && <Waiting />}
      {value?.length === 0 && <p>Nothing is on sale right now. Please come again.</p>}
      <div class="sections">
        {value &&
          SECTIONS.map(([kind, title]) => ({ kind, title, found: value.filter((one) => one.kind === kind) }))
            .filter(({ found }) => found.length > 0)
            .map(({ kind, title, found }) => (
              <section key={kind} class={["", "one", "two"][found.length]} aria-labelledby={`of-${kind}`}>
                <h2 id={`of-${kind}`}>{title}</h2>
                <ul class="cards">
                  {found.map((product) => (
                    <Card key={product.sku} product={product} />
                  ))}
                </ul>
              </section>
            ))}
      </div>
    </>
  );
}
