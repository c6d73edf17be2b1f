create function commerce.count_versions() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.version = old.version and new.catalog_versions = old.catalog_versions
    and (new.sku, new.name, new.description, new.price_minor, new.currency, new.active, new.kind, new.cohort_id,
      new.credits, new.tutor_email, new.session_minutes, new.trial, new.ships, new.weight_grams)
      is distinct from
      (old.sku, old.name, old.description, old.price_minor, old.currency, old.active, old.kind, old.cohort_id,
        old.credits, old.tutor_email, old.session_minutes, old.trial, old.ships, old.weight_grams) then
    new.version := old.version + 1;
    new.catalog_versions := jsonb_build_object('all', new.version);
  end if;
  if new.stock_version = old.stock_version and new.stock is distinct from old.stock then
    new.stock_version := old.stock_version + 1;
  end if;
  return new;
end
$$;
comment on function commerce.count_versions() is
  'Row trigger: each change of a product raises its version, each change of its stock its stock_version, unless the '
  'writer sets them.';

create trigger count_versions before update on public.products for each row execute function commerce.count_versions();
