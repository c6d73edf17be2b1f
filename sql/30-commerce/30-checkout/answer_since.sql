create function commerce.answer_since(checkout_session_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_checkout public.checkout_sessions;
  v_state text;
begin
  select s.* into v_checkout from public.checkout_sessions s where s.id = answer_since.checkout_session_id;
  v_state := commerce.checkout_state(v_checkout);
  if v_state = 'open' then
    return '{}';
  end if;
  return jsonb_build_object('state', v_state)
    -- Nobody may pay again what is paid, or about to be.
    || case when v_state in ('paid', 'refunded', 'processing', 'in_review')
      then '{"redirect_url": null, "client_secret": null}'::jsonb else '{}' end
    || coalesce((
      select jsonb_build_object('order', jsonb_build_object('id', o.id, 'number', o.number, 'status', o.status))
      from public.orders o where o.checkout_session_id = v_checkout.id
    ), '{}');
end
$$;
comment on function commerce.answer_since(uuid) is
  'What the response to a repeated call of functions/checkout says otherwise than the first: {state, order, '
  'redirect_url, client_secret}. {}: it is still to be paid.';
