create function commerce.total_refunded(captured bigint, succeeded bigint, undone bigint, reported bigint)
  returns bigint
language sql immutable parallel safe
set search_path = ''
return greatest(
  case when reported > 0 then least(coalesce(succeeded, 0), captured) else coalesce(succeeded, 0) end,
  reported - coalesce(undone, 0)
);
comment on function commerce.total_refunded(bigint, bigint, bigint, bigint) is
  'How much of a captured payment is refunded, all in its minor units: the refunds that succeeded, or the total that '
  'its provider reported less those that failed or were cancelled since (undone), which includes refunds without an '
  'event of their own. Where a total was reported, refunds of more than was captured are one told twice, as PayPal '
  'does of one that is refunded and reversed; without one, the sum stays too large, and its event fails.';
