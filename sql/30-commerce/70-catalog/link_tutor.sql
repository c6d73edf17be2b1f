create function commerce.link_tutor() returns trigger
language plpgsql
security definer -- an admin who adds a product over the Data API may not read tutors' addresses
set search_path = ''
as $$
begin
  new.tutor_id := null;
  if new.tutor_email is not null then
    insert into public.tutors (email) values (lower(new.tutor_email)) on conflict (email) do nothing;
    new.tutor_id := (select t.id from public.tutors t where t.email = lower(new.tutor_email));
  end if;
  return new;
end
$$;
comment on function commerce.link_tutor() is
  'Keeps products.tutor_id in step with tutor_email, and adds the tutor when there is none yet.';
create trigger link_tutor before insert or update on public.products for each row execute function
  commerce.link_tutor();
