-- Rejected requests of the last day, by provider and code.
select provider, reason, sum(count) as requests, max(last_at) as last_at
from inbox.rejections where minute > now() - interval '1 day' group by provider, reason order by 3 desc;
