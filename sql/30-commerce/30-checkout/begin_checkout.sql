create function commerce.begin_checkout(
  caller text, key text, fingerprint text, email text, items jsonb, currency text, user_id uuid, network_address text
  default null, options jsonb default '{}',
  out outcome text, out checkout_session_id uuid, out answer jsonb, out details jsonb
)
language plpgsql
set search_path = ''
as $$
declare
  v_request public.checkout_requests;
  v_claimed_until timestamptz := now() + interval '30 seconds';
  v_opens boolean := false;
  v_checkout public.checkout_sessions;
  -- An account without a confirmed address costs nothing to make: it is held to what guests are.
  v_guest boolean := not exists (
    select 1 from auth.users u where u.id = begin_checkout.user_id and u.email_confirmed_at is not null
  );
begin
  insert into public.checkout_requests (caller, key, fingerprint, claimed_until)
  values (begin_checkout.caller, begin_checkout.key, begin_checkout.fingerprint, v_claimed_until)
  on conflict do nothing;
  if found then
    outcome := 'begun';
    v_opens := true;
  else
    select r.* into v_request from public.checkout_requests r
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key for no key update;
    checkout_session_id := v_request.checkout_session_id;
    if v_request.fingerprint <> begin_checkout.fingerprint then
      outcome := 'other_request';
    elsif v_request.answer is not null and exists (
      select 1 from public.checkout_sessions s
      where s.id = v_request.checkout_session_id and s.status in ('payment_failed', 'expired')
        and coalesce(s.cancelled_at, s.expired_at) is not null
    ) then
      outcome := 'over';
    elsif v_request.answer is not null then
      outcome := 'answered';
      answer := v_request.answer || commerce.answer_since(v_request.checkout_session_id);
    elsif v_request.claimed_until > now() or v_request.key is null then
      outcome := 'busy';
    else
      -- The first caller ended before the provider had answered.
      outcome := 'begun';
      if not exists (select 1 from public.checkout_sessions s where s.id = v_request.checkout_session_id
        and s.status = 'open') then
        v_opens := true;
      end if;
    end if;
  end if;
  if v_opens then
    perform commerce.limit_checkout(
      begin_checkout.email, begin_checkout.network_address, v_guest, begin_checkout.items
    );
    checkout_session_id := commerce.open_checkout(
      begin_checkout.email, begin_checkout.items, begin_checkout.currency, begin_checkout.user_id,
      begin_checkout.options
    );
    update public.checkout_sessions s
    set guest = v_guest,
        expires_at = s.created_at + case when v_guest then t.guest_hold else t.account_hold end
    from commerce.settings t
    where s.id = begin_checkout.checkout_session_id;
    if v_guest then
      perform commerce.limit_guests(begin_checkout.checkout_session_id);
    end if;
  end if;
  if v_opens then
    select s.* into v_checkout from public.checkout_sessions s where s.id = begin_checkout.checkout_session_id;
    if v_checkout.total_minor = 0 then
      outcome := 'free';
    elsif options ->> 'provider' is null and options ? 'provider' then
      raise exception 'there are % to pay, and no provider is named to pay at',
        ops.money(v_checkout.total_minor, v_checkout.currency)
        using errcode = '22023', detail = 'provider_unknown', hint = 'Pass provider, such as stripe.';
    end if;
  end if;
  if outcome in ('begun', 'free') then
    update public.checkout_requests r
    set claimed_until = v_claimed_until, checkout_session_id = begin_checkout.checkout_session_id
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key;
  end if;
  details := commerce.checkout_details(checkout_session_id);
  if outcome = 'free' then
    perform commerce.complete_free(checkout_session_id);
    answer := details - '{id,email,delivery,provider_tax}'::text[] || jsonb_build_object(
      'checkout_session_id', checkout_session_id, 'state', 'open', 'provider', 'free',
      'redirect_url', null, 'client_secret', null
    );
    update public.checkout_requests r set answer = begin_checkout.answer
    where r.caller = begin_checkout.caller and r.key = begin_checkout.key;
    answer := answer || commerce.answer_since(checkout_session_id);
  end if;
end
$$;
comment on function commerce.begin_checkout(text, text, text, text, jsonb, text, uuid, text, jsonb) is
  'Opens a checkout for a call of functions/checkout, once for each key of a caller. outcome: begun, start the payment '
  'at the provider; free, nothing is to be paid, and its order is made (answer is the response); answered, repeat the '
  'stored response, with how the checkout stands since; busy, the same call is in progress; over, its checkout was '
  'cancelled or has expired; other_request, the key was used for another request. options: '
  'as commerce.open_checkout takes them; provider, null: none is named. Raises as commerce.open_checkout '
  'does, and then nothing is stored.';
