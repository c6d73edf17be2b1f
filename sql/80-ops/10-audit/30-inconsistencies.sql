-- One statement, and so one snapshot: it can be queried while payments are processed. Each rule is a view in 20-rules/,
-- with the same columns. Whole tables are read and joined by hash, as the planner prefers; only pending rows are found
-- by index. What constraints guarantee is not checked again.
create view ops.inconsistencies with (security_invoker = on) as
select * from ops.audit_payment_without_order
union all select * from ops.audit_order_without_money
union all select * from ops.audit_order_of_another_checkout
union all select * from ops.audit_checkout_without_order
union all select * from ops.audit_order_of_open_checkout
union all select * from ops.audit_order_total
union all select * from ops.audit_order_items_total
union all select * from ops.audit_order_items
union all select * from ops.audit_order_amount
union all select * from ops.audit_payment_refunds
union all select * from ops.audit_discount_use
union all select * from ops.audit_stock_ledger
union all select * from ops.audit_stock_held
union all select * from ops.audit_checkout_expiry
union all select * from ops.audit_checkout_news
union all select * from ops.audit_stock_taken
union all select * from ops.audit_item_reservation
union all select * from ops.audit_cohort_capacity
union all select * from ops.audit_seat_not_bought
union all select * from ops.audit_seat_not_given
union all select * from ops.audit_goods_without_parcel
union all select * from ops.audit_parcel_of_refunded_order
union all select * from ops.audit_session_not_booked
union all select * from ops.audit_session_not_bought
union all select * from ops.audit_session_credits
union all select * from ops.audit_tutor_twice
union all select * from ops.audit_credits
union all select * from ops.audit_credit_balances
union all select * from ops.audit_unlinked_purchases
union all select * from ops.audit_payment_for_nothing
union all select * from ops.audit_started_payment
union all select * from ops.audit_refund_currency
union all select * from ops.audit_refund_payment
union all select * from ops.audit_conversations;
comment on view ops.inconsistencies is
  'Everything that must never be the case, now: what, which, why, and what to do. select * from ops.inconsistencies. '
  'No row: all is well. ops.audit_consistency stores its result.';
comment on column ops.inconsistencies.what is 'What is wrong: its kind.';
comment on column ops.inconsistencies.which is 'Which thing, as people call it.';
comment on column ops.inconsistencies.id is 'Its id: of which table, what says.';
comment on column ops.inconsistencies.why is 'Why it is here, as a sentence with what it costs.';
comment on column ops.inconsistencies.remedy is
  'SQL that can be pasted whole and mends it; alternatives follow as comments.';
