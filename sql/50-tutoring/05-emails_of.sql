create function tutoring.emails_of(people jsonb) returns text[]
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return array(select distinct lower(p.value ->> 'email') from jsonb_array_elements(people) p
    where p.value ->> 'email' <> '' order by 1);
end
$$;
comment on function tutoring.emails_of(jsonb) is 'The addresses of [{"name": …, "email": …}] in lower case, each once.';
