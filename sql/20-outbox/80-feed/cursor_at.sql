create function outbox.cursor_at(destination text, place bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- The end of the message's id tells a feed from one that was restored from a backup and continued differently.
  return place || '.' || coalesce(
    (
      select right(d.message_id::text, 12)
      from outbox.feed f
      join outbox.deliveries d on d.id = f.delivery_id
      where f.destination = cursor_at.destination and f.position = place
    ),
    repeat('0', 12)
  );
end
$$;
comment on function outbox.cursor_at(text, bigint) is 'The cursor of a position in a feed.';
