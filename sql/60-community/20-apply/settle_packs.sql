create function community.settle_packs() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_payment uuid;
begin
  for v_payment in
    select p.id from public.payments p
    where p.provider = new.provider and p.credit_pack_ref = new.provider_ref and p.needs_review
      and p.captured_at is not null
    order by p.id
  loop
    perform commerce.lock_payment(v_payment);
    perform commerce.refresh_payment(v_payment);
  end loop;
  return null;
end
$$;
comment on function community.settle_packs() is
  'Trigger: a new or changed credit pack settles the payments that waited for it.';

create trigger settle_payments after insert or update on public.credit_packs for each row execute function
  community.settle_packs();
