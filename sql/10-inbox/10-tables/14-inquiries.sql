create table inbox.inquiries (
  provider text not null,
  ref text not null,
  times integer not null default 1,
  next_at timestamptz not null,

  constraint a_payment_is_asked_about_in_one_row primary key (provider, ref)
);

alter table inbox.inquiries enable row level security;

comment on table inbox.inquiries is
  'Pending payments and undecided facts that the provider was asked about one by one, and when it is asked again: at '
  'growing intervals.';
comment on column inbox.inquiries.ref is 'The provider''s id of the payment, approval or other object.';
comment on column inbox.inquiries.times is 'How often it was asked.';
comment on column inbox.inquiries.next_at is 'When it is asked again.';
