create table public.profiles (
  user_id uuid primary key,
  name text,
  picture_url text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  constraint a_profile_is_of_an_account foreign key (user_id) references auth.users (id) on delete cascade,
  constraint a_name_is_not_blank check (name ~ '\S' and length(name) <= 100),
  constraint a_picture_is_https check (picture_url ~ '^https://[^/\s]+(/\S*)?$' and length(picture_url) <= 2000)
);

alter table public.profiles enable row level security;
create policy "people read profiles of those they learn with, admins all" on public.profiles for select to authenticated
  using (
    user_id = (select auth.uid())
    or (select ops.is_admin())
    or user_id in (select p.user_id from learning.known_people() p)
  );
-- Only name and picture_url are granted (sql/90-grants).
create policy "people change their own profile, admins all" on public.profiles for update to authenticated
  using (user_id = (select auth.uid()) or (select ops.is_admin()))
  with check (user_id = (select auth.uid()) or (select ops.is_admin()));

create trigger touch before update on public.profiles for each row execute function ops.touch_updated_at();
create trigger refuse_truncate before truncate on public.profiles for each statement execute function
  outbox.refuse_truncate();

comment on table public.profiles is
  'What people may see of an account: a name and a picture. A row is added at sign-up, and deleted with the account. '
  'Read by the account itself, its cohorts'' members and instructors, its tutors and students, and admins.';
comment on column public.profiles.user_id is 'The account (auth.users).';
comment on column public.profiles.name is
  'As the account has chosen it, without brackets and roles (learning.clean_name). Null: nothing chosen.';
comment on column public.profiles.picture_url is 'An https address of a picture. Null: none.';
