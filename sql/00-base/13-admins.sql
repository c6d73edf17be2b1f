create table public.admins (
  user_id uuid primary key,
  note text,
  created_at timestamptz not null default now()
);

alter table public.admins enable row level security;

comment on table public.admins is
  'Which accounts are admins: insert into public.admins (user_id, note) select id, ''the owner'' from auth.users where '
  'email = ''…''. Takes effect at once, and so does deleting the row.';
comment on column public.admins.user_id is 'The account (auth.users).';
