create table community.credit_balances (
  owner text primary key,
  balance bigint not null default 0,

  constraint a_balance_is_never_below_zero check (balance >= 0)
);
alter table community.credit_balances enable row level security;

comment on table community.credit_balances is
  'The sum of public.credit_ledger by owner. Written by a trigger of the ledger alone (community.count_credits); its '
  'row is the lock that spends of one owner queue for.';
comment on column community.credit_balances.owner is
  'As community.credit_owner says: user:<id>, or of a buyer without an account payment:<id>, email:… or customer:….';
comment on column community.credit_balances.balance is 'In credits.';
