create function inbox.apply_fact(provider text, event_id text, fact jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  case fact ->> 'type'
    when 'payment.created', 'payment.pending', 'payment.captured', 'payment.failed', 'payment.cancelled',
    'payment.expired' then
      perform commerce.apply_payment(provider, fact);
    when 'payment.refunded', 'refund.updated' then perform commerce.apply_refund(provider, fact);
    when 'payment.approved' then perform commerce.apply_approval(provider, fact);
    when 'dispute.updated' then perform commerce.apply_dispute(provider, event_id, fact);
    when 'checkout.cancelled' then perform commerce.apply_checkout_cancelled(provider, fact);
    when 'checkout.expired' then perform commerce.apply_checkout_expired(fact);
    when 'customer.updated' then perform commerce.apply_customer(provider, event_id, fact);
    when 'product.updated' then perform commerce.apply_product(provider, event_id, fact);
    when 'membership.updated' then perform community.apply_membership(provider, event_id, fact);
    when 'membership.billed' then perform community.apply_invoice(provider, event_id, fact);
    when 'invoice.paid' then perform community.apply_invoice_payment(provider, fact);
    when 'meeting.recorded' then perform tutoring.apply_meeting(provider, event_id, fact);
    when 'product.set' then perform commerce.set_product(provider, fact);
    when 'stock.set' then perform commerce.set_stock(provider, event_id, fact);
    when 'stock.moved' then perform commerce.receive_stock(provider, fact);
    when 'calendar.changed' then
      perform tutoring.apply_calendar_change(fact);
      perform learning.apply_calendar_change(fact);
    when 'reply.received' then perform learning.apply_reply(provider, event_id, fact);
    when 'chat.posted' then perform community.apply_chat_message(provider, fact);
    when 'form.submitted' then perform learning.apply_form(provider, fact);
    else
      raise exception 'no rule for a fact of type %', coalesce(fact ->> 'type', '(none)')
        using hint = 'Add a branch to inbox.apply_fact, or deploy the migration that has it.';
  end case;
end
$$;
comment on function inbox.apply_fact(text, text, jsonb) is
  'Chooses the function that applies a fact. Each of them may be given any fact in any order, any number of times. '
  'event_id is the provider''s id, a tie-break between facts of one time.';
