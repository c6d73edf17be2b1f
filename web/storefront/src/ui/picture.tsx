/** @jsxImportSource preact */
/** Pictures of products, drawn here: no file, no request. A new sku gets the one of its kind. */
import type { ComponentChildren } from "preact";
import type { Product } from "../api/catalogue.ts";

const DRAWINGS: Record<string, () => ComponentChildren> = {
  mug: () => (
    <>
      <path class="p3" d="M104 44c24-4 30 34 0 38v-8c18-4 15-24 0-22z" />
      <path class="p1" d="M44 34h62v44a14 14 0 0 1-14 14H58a14 14 0 0 1-14-14z" />
      <path class="p2" d="M44 46h62v6H44z" />
      <path class="line" d="M62 24c-5-6 5-8 0-14M76 24c-5-6 5-8 0-14M90 24c-5-6 5-8 0-14" />
    </>
  ),
  teapot: () => (
    <>
      <path class="p3" d="M112 48c26-8 26 34-4 32l2-8c16 0 14-20 2-16zM46 62 26 42l-6 4 24 38z" />
      <path class="p1" d="M42 66a36 32 0 0 1 72 0c0 14-8 26-16 28H58c-8-2-16-14-16-28z" />
      <path class="p2" d="M60 40h36l4 6H56z" />
      <circle class="p3" cx="78" cy="32" r="6" />
    </>
  ),
  notebook: () => (
    <>
      <rect class="p2" x="54" y="16" width="62" height="80" rx="5" />
      <rect class="p1" x="46" y="12" width="62" height="80" rx="5" />
      <path class="p3" d="M92 12h8v80h-8z" />
      <rect class="p4" x="56" y="28" width="26" height="16" rx="2" />
    </>
  ),
  tote: () => (
    <>
      <path class="line thick" d="M62 46V30c0-22 32-22 32 0v16" />
      <path class="p1" d="M42 42h72l6 54H36z" />
      <circle class="p4" cx="78" cy="66" r="12" />
      <path class="p3" d="M76 70h4v22h-4z" />
    </>
  ),
  lamp: () => (
    <>
      <path class="p4" d="m46 54-22 42h62z" opacity=".55" />
      <path class="line thick" d="M114 94V58L66 26" />
      <path class="p1" d="m40 34 36-20 12 22-50 26z" />
      <rect class="p2" x="94" y="90" width="40" height="7" rx="3" />
    </>
  ),
  cohort_seat: () => (
    <>
      <rect class="p1" x="28" y="18" width="100" height="58" rx="5" />
      <path class="line light" d="M42 36h40M42 48h58M42 60h28" />
      <path class="p3" d="M34 98a12 12 0 0 1 24 0zM66 98a12 12 0 0 1 24 0zM98 98a12 12 0 0 1 24 0z" />
      <circle class="p2" cx="46" cy="82" r="7" />
      <circle class="p2" cx="78" cy="82" r="7" />
      <circle class="p2" cx="110" cy="82" r="7" />
    </>
  ),
  tutoring_session: () => (
    <>
      <circle class="p1" cx="66" cy="54" r="40" />
      <circle class="p4" cx="66" cy="54" r="31" />
      <path class="line thick" d="M66 32v22l15 10" />
      <path class="p2" d="M92 64h42a6 6 0 0 1 6 6v18a6 6 0 0 1-6 6h-26l-10 9v-9h-6a6 6 0 0 1-6-6V70a6 6 0 0 1 6-6z" />
    </>
  ),
  credit_pack: () => (
    <>
      <ellipse class="p2" cx="78" cy="84" rx="34" ry="12" />
      <ellipse class="p1" cx="78" cy="72" rx="34" ry="12" />
      <ellipse class="p2" cx="78" cy="60" rx="34" ry="12" />
      <ellipse class="p1" cx="78" cy="48" rx="34" ry="12" />
      <ellipse class="p4" cx="78" cy="45" rx="24" ry="7" />
    </>
  ),
  goods: () => (
    <>
      <path class="p1" d="m78 16 46 20v42L78 98 32 78V36z" />
      <path class="p2" d="m78 54 46-18v42L78 98z" />
      <path class="p3" d="m78 16 46 20-46 18-46-18z" />
    </>
  ),
};

/** Says nothing to screen readers: the product's name stands beside it. */
export function Picture({ product, small = false }: { product: Pick<Product, "sku" | "kind">; small?: boolean }) {
  const word = product.sku.split("-").find((part) => Object.hasOwn(DRAWINGS, part));
  const Drawing = DRAWINGS[word ?? product.kind] ?? DRAWINGS.goods!;
  return (
    <span class={small ? "picture small" : "picture"}>
      <svg viewBox="0 0 156 112" aria-hidden="true">
        <Drawing />
      </svg>
    </span>
  );
}
