create table public.products (
  id uuid primary key default gen_random_uuid(),
  sku text not null,
  name text not null,
  description text,
  price_minor bigint not null,
  currency text not null,
  stock integer,
  active boolean not null default true,
  kind public.product_kind not null default 'goods',
  cohort_id uuid,
  credits integer,
  tutor_email text,
  tutor_id uuid,
  session_minutes integer,
  trial boolean not null default false,
  price_credits integer,
  provider_adjustments public.payment_adjustment[],
  max_quantity integer,
  ships boolean not null default true,
  weight_grams integer,
  show_count boolean not null default false,
  available boolean not null generated always as (coalesce(stock > 0, true)) stored,
  version bigint not null default 1,
  stock_version bigint not null default 1,
  catalog_versions jsonb not null default '{"all": 1}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  as_of timestamptz,
  as_of_event text,

  constraint a_sku_names_one_product unique (sku),
  constraint a_price_is_not_negative check (price_minor >= 0),
  constraint a_currency_is_an_iso_code check (currency ~ '^[A-Z]{3}$'),
  constraint stock_is_never_negative check (stock >= 0),
  constraint a_seat_names_its_cohort check ((kind = 'cohort_seat') = (cohort_id is not null)),
  constraint a_pack_says_how_many_credits check ((kind = 'credit_pack') = (credits is not null)),
  constraint credits_are_positive check (credits > 0),
  constraint a_session_says_with_whom check ((kind = 'tutoring_session') = (tutor_email is not null)),
  constraint a_tutor_has_an_id check ((tutor_email is not null) = (tutor_id is not null)),
  constraint a_session_is_with_a_known_tutor foreign key (tutor_id) references public.tutors (id),
  constraint a_session_says_how_long check ((kind = 'tutoring_session') = (session_minutes is not null)),
  constraint a_session_takes_5_minutes_to_a_day check (session_minutes between 5 and 1440),
  constraint a_trial_is_a_tutoring_session check (kind = 'tutoring_session' or not trial),
  constraint a_session_is_sold_for_credits
    check (price_credits is null or (kind = 'tutoring_session' and price_credits > 0 and stock is null)),
  constraint a_tutors_address_is_lower_case check (tutor_email = lower(tutor_email)),
  constraint some_may_be_bought check (max_quantity > 0),
  constraint a_weight_is_positive check (weight_grams > 0),
  constraint versions_are_not_negative check (version > 0 and stock_version >= 0)
);
create index products_by_tutor on public.products (tutor_id) where tutor_id is not null;

alter table public.products enable row level security;
create policy "everybody reads what is on sale" on public.products for select to anon using (active);
create policy "everybody reads what is on sale, admins all" on public.products for select to authenticated
  using (active or (select ops.is_admin()));
create policy "admins add products" on public.products for insert to authenticated with check ((select ops.is_admin()));
create policy "admins change products" on public.products for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.products for each row execute function ops.touch_updated_at();
create trigger capture_change after insert or update or delete on public.products for each row execute function
  outbox.capture_change();
create trigger refuse_truncate before truncate on public.products for each statement execute function
  outbox.refuse_truncate();

comment on table public.products is
  'What is sold: goods, seats of cohorts, tutoring sessions, packs of credits. Further prices, in other currencies, '
  'are in product_prices.';
comment on column public.products.price_minor is 'In minor units of the currency.';
comment on column public.products.stock is
  'What can still be sold: reserving lowers it, releasing raises it. Null: not counted (digital goods).';
comment on column public.products.active is 'Whether it is on sale.';
comment on column public.products.as_of is
  'The time of the latest event of a provider''s catalogue; an older event is not applied.';
comment on column public.products.as_of_event is 'The provider''s id of the event it is from.';
comment on column public.products.kind is 'How an order of it is fulfilled.';
comment on column public.products.cohort_id is
  'The cohort that the seat is in. learning.free_seats counts the free ones: leave stock null, or limit this offer by '
  'it.';
comment on column public.products.credits is 'How many credits one pack holds.';
comment on column public.products.tutor_email is
  'The tutor of a session, in lower case. A tutor has one session at a time. Not readable over the Data API except '
  'with the service key: pages show tutors.name by tutor_id.';
comment on column public.products.tutor_id is 'The row of public.tutors with that address. Set by a trigger.';
comment on column public.products.provider_adjustments is
  'Which changes of a checkout''s total by the payment provider are allowed if the checkout holds this product. Null: '
  'as in commerce.settings.';
comment on column public.products.session_minutes is 'How long a session lasts.';
comment on column public.products.trial is
  'A trial session: each student books one, of whatever tutor; another when it was cancelled in time, or by the tutor.';
comment on column public.products.price_credits is
  'What a session costs in credits, in place of price_minor: whoever has them books it with public.book_session. '
  'Null: it is sold for money alone. Not for one whose stock is counted.';
comment on column public.products.available is
  'Whether any can be sold. Seats and tutors'' time are counted elsewhere: learning.free_seats.';
comment on column public.products.show_count is
  'Whether product_availability tells everybody how many are left. False: only available, few or none.';
comment on column public.products.max_quantity is
  'The largest quantity in one checkout. Null: the stock (guests: commerce.settings.guest_max_quantity).';
comment on column public.products.ships is
  'Goods only: whether they are sent to an address. False for downloads and what buyers collect: no shipping, no '
  'parcel.';
comment on column public.products.weight_grams is
  'The weight of one, in grams, for rates of public.shipping_rates that have a limit. Null: it counts as nothing.';
comment on column public.products.version is
  'Version of everything but the stock: grows with each change; of changes by two writers the higher version wins '
  '(functions/catalog).';
comment on column public.products.stock_version is 'The same for the stock. 0: never counted yet.';
comment on column public.products.catalog_versions is
  'For commerce.set_product: the version that last set each part, so that writes in any order give the same result; '
  '"all": our own last change, which any write up to it does not know.';
