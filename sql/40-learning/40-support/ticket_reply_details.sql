create function learning.ticket_reply_details(reply_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'ticket_number', t.number, 'ticket_subject', t.subject, 'ticket_email', t.email,
      'reply_token_staff', learning.reply_token('staff', t.id), 'reply_token_customer',
        learning.reply_token('customer', t.id)
    )
    from public.ticket_replies r join public.support_tickets t on t.id = r.ticket_id
    where r.id = ticket_reply_details.reply_id
  );
end
$$;
comment on function learning.ticket_reply_details(uuid) is
  'What a message about a reply holds besides its row: its ticket, the address of the customer who opened it, and the '
  'tokens for Reply-To (learning.reply_token).';
