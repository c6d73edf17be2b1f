create table commerce.settings (
  id boolean primary key default true,
  account_hold interval not null default interval '1 hour',
  guest_hold interval not null default interval '30 minutes',
  guest_share numeric not null default 0.75,
  guest_max_quantity integer not null default 20,
  guest_sessions integer not null default 8,
  few_left integer not null default 5,
  checkouts_per_email integer not null default 6,
  checkouts_per_address integer not null default 30,
  provider_adjustments public.payment_adjustment[] not null default '{tax,shipping}',

  constraint there_is_one_row check (id),
  constraint a_hold_is_30_minutes_to_a_day check (
    guest_hold between interval '30 minutes' and interval '1 day' and account_hold between interval '30 minutes'
    and interval '1 day'
  ),
  constraint few_is_not_negative check (few_left >= 0),
  constraint a_share_is_a_part check (guest_share > 0 and guest_share <= 1),
  constraint some_checkouts_are_allowed check (checkouts_per_email > 0 and checkouts_per_address > 0
    and guest_max_quantity > 0 and guest_sessions > 0)
);
insert into commerce.settings default values;
alter table commerce.settings enable row level security;

comment on table commerce.settings is
  'Settings of the whole shop: how much unpaid checkouts may hold, and what a payment provider may add. One row: '
  'update commerce.settings set guest_share = 0.8 where id.';
comment on column commerce.settings.account_hold is
  'How long a checkout of a signed-in account holds its reservations. At least 30 minutes: Stripe allows no shorter '
  'expiry of a payment page.';
comment on column commerce.settings.guest_hold is 'The same for guests.';
comment on column commerce.settings.guest_share is
  'The share of a product''s stock, and of a cohort''s seats, that unpaid guests may hold together, rounded up. 1: all '
  'of it. A single guest may hold up to 4, whatever the share is.';
comment on column commerce.settings.guest_max_quantity is
  'The largest quantity of one product in a guest''s checkout; products.max_quantity takes precedence.';
comment on column commerce.settings.guest_sessions is
  'How many sessions of one tutor unpaid guests may hold together. Which hours can be booked at all: '
  'public.tutor_hours.';
comment on column commerce.settings.few_left is
  'public.product_availability says few when at most so many are left.';
comment on column commerce.settings.checkouts_per_email is
  'How many checkouts an e-mail address may open at once; the allowance refills within an hour.';
comment on column commerce.settings.checkouts_per_address is
  'The same for a network address (of a household, a school, a mobile carrier: be generous). Its guests together may '
  'also set aside at most so many of one product in an hour, or as many as one checkout may hold if that is more.';
comment on column commerce.settings.provider_adjustments is
  'Which changes of a checkout''s total by a payment provider (Stripe Tax, shipping rates, promotion codes) need no '
  'review, if the items add up to our total and the provider''s breakdown explains the rest: update commerce.settings '
  'set provider_adjustments = ''{tax,shipping,discount}'' where id. products.provider_adjustments takes precedence.';
