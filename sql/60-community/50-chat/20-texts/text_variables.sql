create function community.text_variables(membership public.memberships, conversation_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'name', left(coalesce(
      (select p.name from public.profiles p where p.user_id = membership.user_id),
      (select c.name from public.customers c where c.provider = membership.provider
        and c.provider_ref = membership.customer_ref)
    ), 100),
    'product', (select p.name from public.membership_products p where p.provider = membership.provider
      and p.provider_ref = membership.product_ref),
    'chat_link', (
      select s.chat_url || case when strpos(s.chat_url, '?') > 0 then '&' else '?' end || 'conversation='
        || text_variables.conversation_id
      from community.settings s
    ),
    'period_end', to_char(membership.current_period_end at time zone 'UTC', 'YYYY-MM-DD')
  );
end
$$;
comment on function community.text_variables(public.memberships, uuid) is
  'What the placeholders of conversation_texts stand for, of a membership and its conversation.';
