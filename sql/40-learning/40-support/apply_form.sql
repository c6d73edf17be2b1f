create function learning.apply_form(provider text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.form_submissions (provider, provider_ref, form, email, name, fields, created_at)
  values (
    apply_form.provider, fact ->> 'provider_ref', fact ->> 'form', lower(fact ->> 'email'), fact ->> 'name',
    fact -> 'fields',
    coalesce((fact ->> 'occurred_at')::timestamptz, now())
  )
  on conflict on constraint a_form_is_submitted_once do nothing;
end
$$;
comment on function learning.apply_form(text, jsonb) is 'Applies form.submitted: stores each submission once.';
