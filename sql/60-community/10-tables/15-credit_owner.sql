create function community.credit_owner(
  user_id uuid, payment_id uuid, email text, provider text, customer_ref text
) returns text
language sql immutable parallel safe
set search_path = ''
return case
  when user_id is not null then 'user:' || user_id
  when payment_id is not null then 'payment:' || payment_id
  when email is not null then 'email:' || lower(email)
  else 'customer:' || coalesce(provider, '') || '/' || customer_ref
end;
comment on function community.credit_owner(uuid, uuid, text, text, text) is
  'Whose balance an entry of the ledger counts to: the account''s; without one, what a payment bought is a balance of '
  'its own, and what was granted is the address''s or the customer''s.';
