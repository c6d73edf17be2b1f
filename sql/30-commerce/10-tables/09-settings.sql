create table commerce.settings (
  only_row boolean primary key default true,
  provider_adjustments public.payment_adjustment[] not null default '{tax,shipping}',

  constraint there_is_one_row check (only_row)
);
insert into commerce.settings default values;

alter table commerce.settings enable row level security;

comment on table commerce.settings is 'One row: what holds for the whole shop.';
comment on column commerce.settings.provider_adjustments is
  'By what a payment provider may change a checkout''s total (Stripe Tax, shipping rates, promotion codes) without a review, where the items come to our total and the provider''s figures explain the rest. update commerce.settings set provider_adjustments = ''{tax,shipping,discount}'' where only_row. products.provider_adjustments says it for one product.';
