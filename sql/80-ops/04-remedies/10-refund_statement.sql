-- Called by views: it is there before them.
create function ops.refund_statement(payment public.payments)
returns table (does text, does_first text, statement text)
language sql stable
set search_path = ''
begin atomic
  select format('%s%s', lower(left(x.sentence, 1)), substr(x.sentence, 2)), x.sentence, x.statement
  from (
    select
      case
        when can.refund then format('Refunds %s at %s; this goes once %s reports it.', money.amount, payment.provider,
          payment.provider)
        else format('Records that %s were paid back by hand, after that was done: %s cannot refund by its API.',
          money.amount, payment.provider)
      end as sentence,
      case
        when can.refund then format('select commerce.request_refund(%L, reason => ''<why>'')', payment.id)
        else format('select commerce.record_refund(%L, %s, ''<transfer id>'', reason => ''<why>'')', payment.id,
          money.minor)
      end as statement
    from (
      select exists (select 1 from inbox.providers p where p.name = payment.provider and p.can_refund) as refund
    ) can
    cross join (
      select payment.amount_minor - payment.refunded_minor as minor,
        ops.money(payment.amount_minor - payment.refunded_minor, payment.currency) as amount
    ) money
  ) x;
end;
comment on function ops.refund_statement(public.payments) is
  'For ops.attention: the statement that pays a payment back, and what it does, as a first sentence and as an '
  'alternative.';
