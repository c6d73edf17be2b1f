create function community.member_of(provider text, customer_ref text, email text) returns uuid
language sql stable
set search_path = ''
begin atomic
  select case
    when member_of.email is not null then commerce.user_of(member_of.email)
    else (select c.user_id from public.customers c where c.provider = member_of.provider
      and c.provider_ref = member_of.customer_ref)
  end;
end;
comment on function community.member_of(text, text, text) is
  'The account that a membership belongs to: by its own e-mail address, else by its customer''s. Null: not known '
  '(yet).';
