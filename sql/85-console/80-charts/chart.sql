create function console.chart(what text, since timestamptz default null, until timestamptz default null,
  buckets integer default 60) returns jsonb
language plpgsql stable
security definer -- the schemas inbox and outbox stay closed to the Data API
set search_path = ''
as $$
declare
  v_until timestamptz := coalesce(chart.until, now());
  v_since timestamptz := coalesce(chart.since, v_until - interval '1 hour');
  v_buckets integer := least(greatest(coalesce(chart.buckets, 60), 1), 500);
  v_width interval;
begin
  perform console.require_admin();
  if v_until - v_since not between interval '1 second' and interval '400 days' then
    raise exception 'a chart is of 1 second to 400 days' using errcode = '22023',
      hint = 'Pass since before until.';
  end if;
  v_width := (v_until - v_since) / v_buckets;
  return (
    with points as materialized (
      select p.* from console.chart_points(chart.what, v_since, v_until, v_width) p
      where p.bucket between 0 and v_buckets - 1
    ), names as (
      select distinct p.series from points p
      union
      select n from unnest(case
        when chart.what in ('webhook_to_commit', 'commit_to_arrival', 'capture_to_order') then '{p50,p95,p99}'
        when chart.what = 'deliveries' then '{delivered,failed}' when chart.what = 'backlog' then '{waiting,oldest}'
        else '{}' end::text[]) n
    )
    select jsonb_build_object(
      'times', (select jsonb_agg(round(extract(epoch from v_since + v_width * b)) order by b)
        from generate_series(0, v_buckets - 1) b),
      'series', coalesce((
        select jsonb_agg(jsonb_build_object('name', n.series, 'values', (
          -- Nothing counted is 0; of nothing there is no rate and no latency.
          select jsonb_agg(case when chart.what in ('events', 'deliveries', 'backlog') then round(coalesce(p.value, 0))
            else round(p.value, 2) end order by b)
          from generate_series(0, v_buckets - 1) b
          left join points p on p.bucket = b and p.series = n.series
        )) order by n.series)
        from names n
      ), '[]')
    )
  );
end
$$;
comment on function console.chart(text, timestamptz, timestamptz, integer) is
  'A chart: {times: [epoch s, the begin of each bucket], series: [{name, values}]}. what: events (a series for each '
  'provider), deliveries (attempts: delivered, failed), success_by_provider and success_by_destination (%), '
  'webhook_to_commit, commit_to_arrival and capture_to_order (p50, p95, p99 in ms), backlog (waiting; oldest in ms). '
  'webhook_to_commit: from the transaction that stored a webhook to the one that applied it; 0 is the same one. '
  'Latencies '
  'are of the newest 200000 in that time; of more events, the begin of each bucket is counted, and stands for it. By '
  'default the last hour in 60 buckets. Raises 22023 for an unknown chart.';
