{{ config(
    description='I26: two clients never share a SIREN: what one legal entity buys, owes and earns would be split in two.',
    meta={'dagster': {'ref': {'name': 'dim_clients'}}},
) }}

select
    siren,
    count(*) as client_count
from {{ ref('dim_clients') }}
where siren is not null
group by siren
having count(*) > 1
