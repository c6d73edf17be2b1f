create function commerce.owns_checkout(checkout_session_id uuid, token text, user_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return exists (
    select 1 from public.checkout_sessions s
    where s.id = owns_checkout.checkout_session_id
      and (
        s.user_id = owns_checkout.user_id
        -- Digests of both are compared, so that the time it takes does not show how many bytes are right.
        or sha256(convert_to(owns_checkout.token, 'UTF8')) = sha256(convert_to(commerce.checkout_token(s.id), 'UTF8'))
      )
  );
end
$$;
comment on function commerce.owns_checkout(uuid, text, uuid) is
  'Whether a checkout belongs to the caller: by the guest''s token, or by the account.';
