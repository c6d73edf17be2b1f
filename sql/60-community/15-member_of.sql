create function community.member_of(provider text, customer_ref text, email text) returns uuid
language sql stable
set search_path = ''
begin atomic
  select commerce.user_of(coalesce(
    member_of.email,
    (select c.email from public.customers c where c.provider = member_of.provider
      and c.provider_ref = member_of.customer_ref)
  ));
end;
comment on function community.member_of(text, text, text) is
  'The account that a membership belongs to: by its own e-mail address, else by its customer''s. Null: not known '
  '(yet).';
