create function tutoring.audience(recap_id uuid)
returns table (role text, name text, email text, user_id uuid)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select a.role, (select max(p.value ->> 'name') from jsonb_array_elements(r.people) p
    where lower(p.value ->> 'email') = a.email), a.email, a.user_id
  from public.session_recaps r
  left join public.tutoring_sessions s on s.id = r.tutoring_session_id
  cross join lateral (
    select p.role, p.email, p.user_id from tutoring.participants(s) p where s.id is not null
    union all
    select null, e.email, commerce.user_of(e.email) from unnest(r.emails) e (email) where s.id is null
  ) a
  where r.id = audience.recap_id;
end
$$;
comment on function tutoring.audience(uuid) is
  'The people a recap is for: tutor and student of its session; without one, everyone in the meeting whose address is '
  'known (role null). user_id is null for people without an account.';
