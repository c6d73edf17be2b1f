create function tutoring.in_words(minutes integer) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return case
    when minutes > 0 and minutes % 1440 = 0 then format('%s day%s', minutes / 1440,
      case when minutes > 1440 then 's' end)
    when minutes > 0 and minutes % 60 = 0 then format('%s hour%s', minutes / 60, case when minutes > 60 then 's' end)
    else format('%s minute%s', minutes, case when minutes <> 1 then 's' end)
  end;
end
$$;
comment on function tutoring.in_words(integer) is
  'A number of minutes as people say it: "90 minutes", "2 hours", "1 day".';
