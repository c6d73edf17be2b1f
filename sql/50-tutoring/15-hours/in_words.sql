create function tutoring.in_words(minutes integer) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when minutes > 0 and minutes % 1440 = 0 then ops.counted(minutes / 1440, 'day')
    when minutes > 0 and minutes % 60 = 0 then ops.counted(minutes / 60, 'hour')
    else ops.counted(minutes, 'minute')
  end;
end
$$;
comment on function tutoring.in_words(integer) is
  'A number of minutes as people say it: "90 minutes", "2 hours", "1 day".';
