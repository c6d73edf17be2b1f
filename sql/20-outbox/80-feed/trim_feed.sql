create function outbox.trim_feed() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_reader outbox.readers;
  v_in_feed bigint;
  v_last bigint;
begin
  if not exists (select 1 from outbox.readers) then
    return null;
  end if;
  for v_reader in
    select r.* from outbox.readers r where r.destination in (select g.destination from gone g)
    order by r.destination for update
  loop
    with taken_out as (
      delete from outbox.feed f using gone g
      where f.delivery_id = g.id and f.destination = v_reader.destination
      returning f.position
    )
    select count(*), max(t.position) into v_in_feed, v_last from taken_out t;
    -- Unread messages are lost too: they leave a position, which every cursor is before.
    if v_in_feed < (select count(*) from gone g where g.destination = v_reader.destination) then
      v_reader.position := v_reader.position + 1;
      v_last := v_reader.position;
    end if;
    update outbox.readers r
    set position = v_reader.position, kept_after = greatest(r.kept_after, v_last)
    where r.destination = v_reader.destination;
  end loop;
  return null;
end
$$;
comment on function outbox.trim_feed() is
  'Statement trigger: removes deleted deliveries from the feeds, and records which position a reader must have reached '
  'to have lost nothing.';

create trigger trim_the_feed
after delete on outbox.deliveries
referencing old table as gone
for each statement execute function outbox.trim_feed();
