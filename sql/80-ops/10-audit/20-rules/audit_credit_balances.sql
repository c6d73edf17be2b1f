create view ops.audit_credit_balances (what, id, which, why, remedy) with (security_invoker = on) as
select
  case when coalesce(l.credits, 0) < 0 then 'credits below zero' else 'credit balance and ledger differ' end,
  coalesce(l.owner, b.owner), coalesce(l.owner, b.owner),
  format('The ledger says %s, the balance %s.', coalesce(l.credits, 0), coalesce(b.balance, 0)),
  case
    when coalesce(l.credits, 0) < 0 then ops.remedy('Gives what is missing; write the reason in place of <why>.',
      format('insert into public.credit_ledger (%s, credits, reason, note) values (%L, %s, ''granted'', ''<why>'')',
        case when l.owner ~ '^user:' then 'user_id' else 'email' end, substring(l.owner from ':(.*)'), -l.credits))
    else ops.remedy('Sets the balance to what the ledger says.',
      format('insert into community.credit_balances as b (owner, balance) values (%L, %s) '
        'on conflict (owner) do update set balance = excluded.balance', coalesce(l.owner, b.owner),
        coalesce(l.credits, 0)))
  end
from (
  select community.credit_owner(e.user_id, e.payment_id, e.email, e.provider, e.customer_ref) as owner,
    sum(e.credits) as credits
  from public.credit_ledger e group by 1
) l
full join community.credit_balances b on b.owner = l.owner
where coalesce(l.credits, 0) < 0 or coalesce(l.credits, 0) <> coalesce(b.balance, 0);
comment on view ops.audit_credit_balances is
  'A rule of ops.inconsistencies: no owner of credits has fewer than none, and the balances are the sums of the '
  'ledger.';
