create table public.tutors (
  id uuid primary key default ops.uuid7(),
  email text not null,
  name text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_tutor_has_one_address unique (email),
  constraint a_tutors_address_is_lower_case check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$'),
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 200)
);

alter table public.tutors enable row level security;
create policy "everybody reads who teaches" on public.tutors for select to anon, authenticated using (true);
create policy "admins name tutors" on public.tutors for update to authenticated
  using ((select ops.is_admin())) with check ((select ops.is_admin()));

create trigger touch before update on public.tutors for each row execute function ops.touch_updated_at();

comment on table public.tutors is
  'Tutors whose sessions are sold. A row is added with the first product that names a tutor_email. Anybody reads id '
  'and name; the address is for the database owner and the service key only.';
comment on column public.tutors.email is 'In lower case; products and sessions name the tutor by it.';
comment on column public.tutors.name is
  'What buyers are shown: update public.tutors set name = ''Tom'' where email = ''…''. Null: nothing yet.';
